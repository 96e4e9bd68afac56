"""A stand-in for Slack's servers: one workspace, one installed app, Slack's wire protocol on a local port.

server = SlackServer(manifest=yaml.safe_load(...))
await server.start()
app = AsyncApp(client=AsyncWebClient(token=server.bot_token, base_url=server.api_url), ...)
...
outcome = await server.command("analyst", "data", "/raygen", "count the words")
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Self, TypeVar

from aiohttp import web

from sandbox.slack.clock import Clock, SystemClock
from sandbox.slack.consents import Consents
from sandbox.slack.delivery import Delivery
from sandbox.slack.dispatch import Dispatcher
from sandbox.slack.faults import Faults
from sandbox.slack.http_delivery import HttpTransport
from sandbox.slack.ids import Ids
from sandbox.slack.journal import Journal
from sandbox.slack.manifest import parse_manifest
from sandbox.slack.neighbours import add_neighbour
from sandbox.slack.person.desk import Desk
from sandbox.slack.platform import Platform
from sandbox.slack.rates import RateLimits, RateMeter
from sandbox.slack.reference import read_reference
from sandbox.slack.response_urls import ResponseUrls
from sandbox.slack.sockets import Sockets
from sandbox.slack.timing import Timing
from sandbox.slack.tokens import Tokens
from sandbox.slack.triggers import Triggers
from sandbox.slack.web import Routes
from sandbox.slack.workspace import NEXT_TEAM, default_workspace

Found = TypeVar("Found")
BOT_TOKEN, APP_TOKEN, SIGNING_SECRET = "xoxb-sandbox-bot", "xapp-sandbox-app", "sandbox-signing-secret"
CLIENT_ID, CLIENT_SECRET = "1234567890.1234567890", "sandbox-client-secret"
"""They open nothing but this stand-in."""


class SlackServer(Desk):
    """Slack, for one workspace (see `default_workspace` for who and what is in it) and one app.

    `more` are the domains of further workspaces of the same kind: see `at`. With `enterprise`, its id, the first one is
    a workspace of Enterprise Grid, and the app is installed for the enterprise.

    `manifest` is the app's, parsed. `clock` is the time of every deadline; `timing` the deadlines; `limits` the rate
    limits (off unless given). With `request_url`, commands, interactions and events go there as signed requests
    instead of over Socket Mode.
    """

    def __init__(
        self,
        manifest: Mapping[str, Any],
        *,
        clock: Clock | None = None,
        timing: Timing | None = None,
        limits: RateLimits | None = None,
        request_url: str | None = None,
        more: Sequence[str] = (),
        enterprise: str | None = None,
    ) -> None:
        time, parsed, delays = clock or SystemClock(), parse_manifest(manifest), timing or Timing()
        ids, journal = Ids(time), Journal()
        workspace = default_workspace(ids, parsed.bot_name)
        workspace.enterprise_id = enterprise
        sockets = Sockets(ids, journal, workspace.app_id)
        transport = HttpTransport(request_url, SIGNING_SECRET, time) if request_url else sockets
        platform = Platform(
            clock=time,
            ids=ids,
            timing=delays,
            manifest=parsed,
            workspace=workspace,
            tokens=Tokens(BOT_TOKEN, APP_TOKEN, SIGNING_SECRET),
            journal=journal,
            faults=Faults(),
            meter=RateMeter(limits or RateLimits(), time),
            sockets=sockets,
            delivery=Delivery(transport, time, delays.ack),
            triggers=Triggers(time, ids, delays.trigger),
            response_urls=ResponseUrls(time, ids, delays.response_url, delays.response_url_uses),
            consents=Consents(time, ids, CLIENT_ID, CLIENT_SECRET),
        )
        super().__init__(platform)
        platform.neighbours[workspace.team_id] = platform
        for number, domain in enumerate(more, NEXT_TEAM):
            add_neighbour(platform, f"T{number:010d}", domain)
        self._runner: web.AppRunner | None = None

    async def start(self, port: int = 0, host: str = "127.0.0.1") -> None:
        """Listen; with port 0 on any free one."""
        reference, others = read_reference(), list(self.platform.neighbours.values())[1:]
        beside = tuple(Routes(one, Dispatcher(one, reference)) for one in others)
        routes = Routes(self.platform, Dispatcher(self.platform, reference), beside)
        self._runner = web.AppRunner(routes.application(), shutdown_timeout=1.0)
        await self._runner.setup()
        site = web.TCPSite(self._runner, host, port)
        await site.start()
        bound = self._runner.addresses[0][1]
        for one in self.platform.neighbours.values():
            path = "" if one is self.platform else f"/{one.workspace.team_id}"
            one.base_url = f"http://{host}:{bound}{path}"
            one.workspace.files_url = f"{one.base_url}/files-pri"

    async def stop(self) -> None:
        """End everything: background work, websockets, the port."""
        for one in self.platform.neighbours.values():
            await one.stop()
        await self.platform.sockets.close()
        if self._runner is not None:
            await self._runner.cleanup()

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.stop()

    def deliver_to(self, request_url: str) -> None:
        """From now on, send commands, interactions and events there, signed, instead of over Socket Mode."""
        self.platform.delivery.transport = HttpTransport(request_url, SIGNING_SECRET, self.platform.clock)

    async def set_request_url(self, request_url: str) -> None:
        """As `deliver_to`, once the app has shown that it answers there; raises `NotAcked`.

        Slack does so when somebody saves the URL in the app's settings.
        """
        transport = HttpTransport(request_url, SIGNING_SECRET, self.platform.clock)
        await transport.confirm(self.platform.ids.secret("challenge"))
        self.platform.delivery.transport = transport

    def at(self, domain: str) -> Desk:
        """What people do, and see, in the workspace of this domain."""
        return Desk(next(one for one in self.platform.neighbours.values() if one.workspace.domain == domain))

    @property
    def client_id(self) -> str:
        """The app's, for OAuth."""
        return self.platform.consents.client_id

    @property
    def client_secret(self) -> str:
        """The app's, for OAuth."""
        return self.platform.consents.client_secret

    @property
    def api_url(self) -> str:
        """For `AsyncWebClient(base_url=...)`."""
        return f"{self.platform.base_url}/api/"

    @property
    def bot_token(self) -> str:
        """The app's xoxb token."""
        return self.platform.tokens.bot

    @property
    def app_token(self) -> str:
        """The app's xapp token."""
        return self.platform.tokens.app

    @property
    def signing_secret(self) -> str:
        """What requests in HTTP mode are signed with."""
        return self.platform.tokens.signing_secret

    @property
    def faults(self) -> Faults:
        """Plan trouble here."""
        return self.platform.faults

    @property
    def connections(self) -> int:
        """How many Socket Mode connections are open."""
        return self.platform.sockets.count

    async def wait_for_connection(self, timeout: float = 10.0, count: int = 1) -> None:  # noqa: ASYNC109  real time
        """Return when the app has connected with `count` sockets; raises `WaitTimeoutError`."""
        await self.wait_until(lambda: self.connections >= count, timeout)

    async def wait_until(self, predicate: Callable[[], Found], timeout: float = 10.0) -> Found:  # noqa: ASYNC109
        """The first true value of `predicate`, asked after every change; raises `WaitTimeoutError`."""
        return await self.platform.journal.wait_until(predicate, timeout)

    async def disconnect(self, *, graceful: bool = True) -> None:
        """Send every client away: with Slack's `disconnect` message, or abruptly."""
        await self.platform.sockets.disconnect(graceful=graceful)
