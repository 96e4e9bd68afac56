"""Which of the two replicas the settings ask for: one for the workspace of a token, or one for many."""

from collections.abc import Sequence
from dataclasses import dataclass

from starlette.routing import Route

from bot.app.bot import Bot
from bot.app.many import build_hosting_bot, install_pages, installation_store, reseal
from bot.app.one import build_bot, workspace_of
from bot.app.settings import OAuthSettings
from bot.metrics import Metrics
from bot.redaction.learning import LearningRedaction
from bot.settings import Settings, SlackSettings
from bot.store.database import Database
from bot.store.upgrade import upgrade
from bot.supervisor import Supervisor


@dataclass(frozen=True)
class Plan:
    """What to build; `redact` is what the log's lines go through, so that it learns of every token."""

    settings: Settings
    slack: SlackSettings | OAuthSettings
    redact: LearningRedaction

    def pages(self, database: Database) -> Sequence[Route]:
        """What the HTTP API shows to browsers."""
        return install_pages(self.slack, database).routes if isinstance(self.slack, OAuthSettings) else ()

    async def prepare(self, database: Database) -> None:
        """Bring the tables, and what is sealed in them, forward. Raises what the database raises while it is away."""
        await upgrade(database)
        if isinstance(self.slack, OAuthSettings):
            await reseal(installation_store(self.slack, database))

    async def bot(self, database: Database, supervisor: Supervisor, metrics: Metrics) -> Bot:
        """The replica, not started yet. Raises what Slack's client raises while Slack is away, or refuses the token."""
        if isinstance(self.slack, OAuthSettings):
            return build_hosting_bot(self.settings, self.slack, database, supervisor, self.redact, metrics)
        workspace = await workspace_of(self.slack)
        return build_bot(self.settings, self.slack, workspace, database, supervisor, metrics)
