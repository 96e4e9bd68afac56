"""Slack's deliveries for many workspaces: each goes to the Bolt app of the workspace that it is for."""

import logging
import re
from collections.abc import Iterator

from slack_bolt.request.async_request import AsyncBoltRequest
from slack_bolt.response import BoltResponse
from slack_sdk.web.async_client import AsyncWebClient

from bot.app.hosted import Hosted, Tenant, TenantDepartures
from bot.app.listening import build_app
from bot.app.process import Process
from bot.app.workers import Workers
from bot.errors import RaygenError
from bot.listeners.acks import AckingApp

logger = logging.getLogger(__name__)

AGAIN = 503
HOME = re.compile(r"[TE][A-Z0-9]{1,60}")
"""What else stands in the place of an id is nobody's."""


class Reception:
    """The Receiver of a replica for many workspaces; `client` opens connections, and has no token."""

    def __init__(self, process: Process, hosted: Hosted, workers: Workers, client: AsyncWebClient) -> None:
        self.client = client
        self.logger = logger
        self._process = process
        self._hosted = hosted
        self._workers = workers
        self._apps: dict[str, tuple[Tenant, AckingApp]] = {}

    async def async_dispatch(self, req: AsyncBoltRequest) -> BoltResponse:
        """The acknowledgement. What is for a workspace that is not served is acknowledged, and dropped."""
        if req.body.get("type") == "url_verification":
            return BoltResponse(status=200, body={"challenge": str(req.body.get("challenge", ""))})
        try:
            tenant = await self._addressee(req)
        except RaygenError as error:
            logger.error("code=<%s> | a delivery could not be taken up", error.code)  # noqa: TRY400 - anticipated
            return BoltResponse(status=AGAIN, body="")
        if tenant is None:
            what, ids = req.body.get("type") or req.body.get("command"), list(_homes(req))
            logger.warning("kind=<%s>, workspaces=<%s> | Raygen is not installed there", what, ids)
            return BoltResponse(status=200, body="")
        return await self._app(tenant).async_dispatch(req)

    async def _addressee(self, req: AsyncBoltRequest) -> Tenant | None:
        for home in _homes(req):
            tenant = await self._hosted.tenant(home)
            if tenant is not None:
                return tenant
        return None

    def _app(self, tenant: Tenant) -> AckingApp:
        known = self._apps.get(tenant.installation.home)
        if known is None or known[0] is not tenant:
            departures = TenantDepartures(self._hosted, tenant)
            known = tenant, build_app(self._process, tenant.work, self._workers, departures, tenant.installation.home)
            self._apps[tenant.installation.home] = known
        return known[1]


def _homes(req: AsyncBoltRequest) -> Iterator[str]:
    """Under which ids the installation may be kept, the likeliest first.

    What Bolt reads of a payload is whom the app was installed by, not who acts. Slack marks what belongs to an
    installation for a whole enterprise, except in some interactions: https://docs.slack.dev/enterprise
    """
    context = req.context
    ids = (context.enterprise_id,) if context.is_enterprise_install else (context.team_id, context.enterprise_id)
    yield from (each for each in ids if isinstance(each, str) and HOME.fullmatch(each))
