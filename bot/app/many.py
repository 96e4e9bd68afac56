"""A replica for every workspace that has installed Raygen."""

import logging

from bot.api.install_states import SealedStates
from bot.api.slack_install import Credentials, Installing
from bot.app.bot import Bot, bot_of
from bot.app.farewell import Farewell
from bot.app.hosted import Hosted
from bot.app.process import process_of
from bot.app.reception import Reception
from bot.app.rows import Rows
from bot.app.settings import OAuthSettings
from bot.app.workers import build_workers
from bot.app.workspace import Workspace, build_work
from bot.metrics import Metrics
from bot.patience import PatientClient, Refusal
from bot.redaction.learning import LearningRedaction
from bot.settings import Settings
from bot.store.database import Database
from bot.store.installations import InstallationStore
from bot.store.sealing import Seal
from bot.store.turns import API
from bot.supervisor import Supervisor

logger = logging.getLogger(__name__)


def installation_store(oauth: OAuthSettings, database: Database) -> InstallationStore:
    """The store of installations, with the keys of the settings."""
    return InstallationStore(database, Seal(oauth.keys))


def install_pages(oauth: OAuthSettings, database: Database) -> Installing:
    """The pages on which a workspace installs the app."""
    secret = oauth.client_secret.get_secret_value()
    return Installing(
        Credentials(oauth.client_id, secret, oauth.redirect_url, oauth.api_url),
        SealedStates(database, Seal(oauth.keys)),
        installation_store(oauth, database),
        oauth.allows,
        anybody=bool(oauth.allowed_workspaces),
    )


async def reseal(store: InstallationStore) -> None:
    """Seal every token with the first key, and say whose cannot be read."""
    for home in await store.seal_anew():
        logger.error("team=<%s> | no key of RAYGEN_TOKEN_KEYS opens its token: it has to install the app again", home)


def build_hosting_bot(
    settings: Settings,
    oauth: OAuthSettings,
    database: Database,
    supervisor: Supervisor,
    redact: LearningRedaction,
    metrics: Metrics,
) -> Bot:
    """A replica for many workspaces. Nothing runs before its workers and Bolt's handler are started."""
    process = process_of(settings, database, supervisor, redact, metrics)
    door = _client(oauth, metrics, "", None)

    def client(token: str, refused: Refusal | None) -> PatientClient:
        made = _client(oauth, metrics, token, refused)
        made.session = door.session
        return made

    nobody = build_work(process, Workspace(API, ""), door)
    hosted = Hosted(process, installation_store(oauth, database), redact, client, nobody, oauth.allows)
    farewell = Farewell(process.turns, process.runs, process.full_logs, nobody.runs, process.steps)
    workers = build_workers(process, Rows(hosted, farewell, process.runs))

    def wake() -> None:
        for worker in workers:
            worker.wake()

    hosted.wake = wake
    return bot_of(process, Reception(process, hosted, workers, door), workers)


def _client(oauth: OAuthSettings, metrics: Metrics, token: str, refused: Refusal | None) -> PatientClient:
    return PatientClient(
        token=token or None, base_url=oauth.api_url, retry_handlers=[], metrics=metrics, refused=refused
    )
