"""The whole stage, put together: Slack, the agents, a database, and replicas of the bot."""

import asyncio
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from urllib.parse import urlsplit

import uvicorn
import yaml
from starlette.applications import Starlette

from bench.stage.agents import SUPERVISOR_ARN, ScriptedAgents
from bench.stage.balancer import Balancer
from bench.stage.proxy import NoTrouble, Trouble
from bench.stage.replicas import BOT, Backdrop, Replica
from bot.api.slack_events import PATH
from sandbox.children import free_port
from sandbox.slack import SlackServer
from sandbox.slack.delivery import Envelope, NotAcked, Transport
from sandbox.slack.model import Json
from sandbox.system import MANIFEST

CLUSTER = "10.0.0.1"
ACK_SECONDS = 3.0
"""How long Slack waits for an acknowledgement."""


@dataclass
class Stage:
    """What a test or a benchmark works with while it lasts."""

    slack: SlackServer
    agents: ScriptedAgents
    replicas: Sequence[Replica]


@dataclass
class Everywhere:
    """Delivers everything `times` times, one after another to the open connections, as if each had been retried."""

    inner: Transport
    times: int

    async def deliver(self, envelope: Envelope) -> Json:
        """The first acknowledgement that comes. Raises NotAcked when there is none."""
        copies = [replace(envelope, id=f"{envelope.id}-{number}") for number in range(self.times)]
        answers = [asyncio.ensure_future(self._one(copy)) for copy in copies]
        for answer in answers:
            answer.add_done_callback(_heard)  # the later ones are delivered all the same
        last = NotAcked("connection_failed")
        for first in asyncio.as_completed(answers):
            try:
                return await first
            except NotAcked as failure:
                last = failure
        raise last

    async def _one(self, envelope: Envelope) -> Json:
        try:
            return await asyncio.wait_for(self.inner.deliver(envelope), ACK_SECONDS)
        except TimeoutError:
            raise NotAcked("timeout") from None


@dataclass(frozen=True)
class Play:
    """How a stage is set. `settings` are environment variables beside those that every bot needs.

    With `http` Slack delivers over HTTP, to a balancer before the replicas; otherwise over Socket Mode.
    """

    directory: Path
    database_url: str
    replicas: int = 1
    deliveries: int = 1
    http: bool = False
    module: str = BOT
    trouble: Trouble = field(default_factory=NoTrouble)
    settings: Mapping[str, str] = field(default_factory=dict)


@asynccontextmanager
async def stage(play: Play, agents: ScriptedAgents) -> AsyncIterator[Stage]:
    """Set everything up, start the replicas, and leave nothing behind."""
    async with AsyncExitStack() as stack:
        slack = SlackServer(yaml.safe_load(MANIFEST.read_text(encoding="utf-8")))
        await stack.enter_async_context(slack)
        agents_port = await stack.enter_async_context(served(agents.app()))
        backdrop = Backdrop(
            slack_port=urlsplit(slack.api_url).port or 0,
            agents_port=agents_port,
            settings=_settings(play, slack),
            directory=play.directory,
            module=play.module,
        )
        replicas = [Replica(f"replica-{number}", backdrop, play.trouble) for number in range(1, play.replicas + 1)]
        for each in replicas:
            await each.open()
            stack.push_async_callback(each.close)
        await asyncio.gather(*(each.start() for each in replicas))
        if play.http:
            balancer = await stack.enter_async_context(Balancer([each.api for each in replicas]))
            slack.deliver_to(f"{balancer.url}{PATH}")
        else:
            await slack.wait_for_connection(count=play.replicas)
        delivery = slack.platform.delivery
        delivery.transport = Everywhere(delivery.transport, play.deliveries)
        yield Stage(slack, agents, replicas)


def _settings(play: Play, slack: SlackServer) -> dict[str, str]:
    way_in = {"SLACK_SIGNING_SECRET": slack.signing_secret} if play.http else {"SLACK_APP_TOKEN": slack.app_token}
    return {
        "SLACK_BOT_TOKEN": slack.bot_token,
        **way_in,
        "RAYGEN_DATABASE_URL": play.database_url,
        "RAYGEN_CLUSTER": CLUSTER,
        "RAYGEN_SUPERVISOR_RUNTIME_ARN": SUPERVISOR_ARN,
        "RAYGEN_FOLLOW_WAIT_SECONDS": "2",
        **play.settings,
    }


@asynccontextmanager
async def served(app: Starlette, port: int | None = None) -> AsyncIterator[int]:
    """The port on which `app` is served, for the time of the block."""
    port = port or free_port()
    config = uvicorn.Config(app, host="127.0.0.1", port=port, log_level="warning", timeout_graceful_shutdown=1)
    server = _QuietServer(config)
    serving = asyncio.create_task(server.serve())
    try:
        yield port
    finally:
        server.should_exit = True
        await serving


def _heard(answer: "asyncio.Future[Json]") -> None:
    if not answer.cancelled():
        answer.exception()


class _QuietServer(uvicorn.Server):
    """A server among others in one loop: signals are somebody else's business."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Take no signals."""
        yield
