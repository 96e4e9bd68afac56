"""The workspaces that have installed Raygen, as one replica serves them: each with its own client and its own work."""

import logging
from collections.abc import Callable
from dataclasses import dataclass, field

import aiohttp
from slack_sdk.errors import SlackApiError, SlackClientError
from slack_sdk.web.async_client import AsyncWebClient

from bot.app.process import Process
from bot.app.workspace import Work, Workspace, build_work
from bot.errors import SlackUnavailable
from bot.patience import WRONG_TOKEN, PatientClient, Refusal
from bot.redaction.learning import LearningRedaction
from bot.store.installations import Installation, InstallationStore
from bot.store.models import Run, Turn
from bot.store.turns import API

logger = logging.getLogger(__name__)

AWAY = (SlackClientError, aiohttp.ClientError, TimeoutError)
NO_LONGER_VALID = "Slack no longer takes my token for this workspace. Ask an administrator of it to install me again."
UNKNOWN = "Slack could not tell me whether my token is still good. Try again in a moment."


@dataclass(frozen=True)
class Tenant:
    """A workspace that is served, and the installation that its work was built for."""

    installation: Installation
    work: Work


@dataclass
class Hosted:
    """The Workspaces of a replica for many. `nobody` works on rows without a workspace; it has no token.

    `allows` says of ids, a workspace's and its enterprise's, whether it may be served: a list may become shorter.

    `client` makes a client for a token, which says by the function given with it that Slack takes the token no longer.
    """

    process: Process
    store: InstallationStore
    redact: LearningRedaction
    client: Callable[[str, Refusal | None], PatientClient]
    nobody: Work
    allows: Callable[..., bool] = lambda *_: True
    wake: Callable[[], None] = lambda: None
    _tenants: dict[str, Tenant] = field(default_factory=dict)

    async def of(self, row: Turn | Run) -> Work | None:
        """What works on the row; None for one that was asked for before the workspace installed the app (again)."""
        if row.surface == API:
            return self.nobody
        tenant = await self.tenant(row.team)
        return tenant.work if tenant and row.created_at >= tenant.installation.installed_at else None

    async def at(self, team: str) -> Work | None:
        """What works for the workspace as it is now."""
        tenant = await self.tenant(team)
        return tenant.work if tenant else None

    async def tenant(self, home: str) -> Tenant | None:
        """The workspace, or enterprise, as it is installed now. Raises Unreadable."""
        installation = await self.store.find(home)
        if installation is None or not self.allows(home, installation.enterprise_id):
            self._tenants.pop(home, None)
            return None
        known = self._tenants.get(home)
        if known is None or known.installation != installation:
            self.redact.learn(installation.token)
            known = self._tenants[home] = Tenant(installation, self._work(installation))
        return known

    def _work(self, of: Installation) -> Work:
        client = self.client(of.token, lambda client: self.confirm(of, client))
        return build_work(self.process, Workspace(of.home, of.bot_user_id, of.url, of.bot_id), client)

    async def confirm(self, installation: Installation, client: AsyncWebClient) -> None:
        """Slack has refused the token: end the installation if auth.test says the same. Raises SlackUnavailable then.

        Rows that come upon it are tried again, and find that they have no workspace, or its new token.
        """
        try:
            await client.auth_test()
        except AWAY as error:
            code = _word(error)
            if code not in WRONG_TOKEN:
                raise SlackUnavailable("token_unconfirmed", UNKNOWN) from error
            if await self.store.end(installation, code):
                logger.warning("team=<%s>, error=<%s> | Raygen is installed there no longer", installation.home, code)
                self.wake()
            raise SlackUnavailable("token_refused", NO_LONGER_VALID) from error


@dataclass(frozen=True)
class TenantDepartures:
    """The Departures of one workspace among many."""

    hosted: Hosted
    tenant: Tenant

    async def gone(self, event: str) -> None:
        """See Departures. An event that is late is not believed: the workspace may have installed the app again."""
        try:
            await self.hosted.confirm(self.tenant.installation, self.tenant.work.client)
        except SlackUnavailable as error:
            if error.code != "token_refused":
                raise
        else:
            logger.warning("event=<%s>, team=<%s> | the token is good: left", event, self.tenant.installation.home)


def _word(error: Exception) -> str:
    return str(error.response.get("error")) if isinstance(error, SlackApiError) else ""
