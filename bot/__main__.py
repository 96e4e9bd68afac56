"""`python -m bot`: reads the settings, builds the real parts, and serves until SIGTERM or SIGINT."""

import asyncio
import contextlib
import gc
import logging
import signal
import sys
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Protocol, TypeVar

import aiohttp
from pydantic import ValidationError
from pydantic_settings import BaseSettings
from slack_sdk.errors import SlackApiError, SlackClientError
from sqlalchemy.exc import DBAPIError

from agents.collector import send_spans
from agents.errors import AgentError
from agents.runtime import connect
from agents.settings import AgentSettings, TracingSettings
from bot.api.listening import ApiServer, api_server
from bot.api.server import build_api
from bot.api.slack_events import SlackEvents
from bot.app import Bot
from bot.app.own_settings import named_elsewhere, named_without_workspace
from bot.app.plan import Plan
from bot.app.settings import OAuthSettings, SlackMode
from bot.direct import Direct
from bot.errors import StoreUnavailable, SupervisorFailed
from bot.listeners.receiving import Receiver
from bot.listeners.socket_mode import SocketMode
from bot.logs import secrets_in, write_logs
from bot.metrics import Metrics
from bot.patience import WRONG_TOKEN, kept_connections
from bot.redaction import Redaction
from bot.redaction.learning import LearningRedaction
from bot.settings import Settings, SlackDelivery, faults_of
from bot.store.counts import counts
from bot.store.database import Database
from bot.supervisor import AgentCoreSupervisor
from bot.upkeep import keep_tidy

logger = logging.getLogger("bot")

DATABASE_AWAY = (DBAPIError, OSError, StoreUnavailable)
SLACK_AWAY = (SlackClientError, aiohttp.ClientError, TimeoutError)

T = TypeVar("T")
S = TypeVar("S", bound=BaseSettings)

RETRY_SECONDS = 3.0
STOP_SECONDS = 20.0
CONFIGURATION_ERROR = 2


async def serve(plan: Plan, agents: AgentSettings) -> None:
    """Serve Slack, and the HTTP API, until the process is told to stop."""
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    settings = plan.settings
    database = Database(settings.database_url)
    runtime = connect(agents.supervisor_runtime_arn, agents.timeouts, region=agents.region)
    supervisor = AgentCoreSupervisor(runtime, turns=settings.concurrent_turns, runs=settings.concurrent_runs)
    serving = asyncio.create_task(_serve(plan, database, supervisor, stop))
    stopping = asyncio.create_task(stop.wait())
    try:
        await asyncio.wait([serving, stopping], return_when=asyncio.FIRST_COMPLETED)
        # A clean stop takes its time; what has not begun to serve yet is simply left.
        if not serving.done():
            await asyncio.wait([serving], timeout=STOP_SECONDS)
            serving.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await serving
    finally:
        stopping.cancel()
        supervisor.close()
        await database.close()


class WayIn(Protocol):
    """How Slack's deliveries reach this replica."""

    async def open(self, app: Receiver) -> None:
        """Let them come; `app` takes them."""

    async def is_open(self) -> bool:
        """Whether they come."""

    async def leave(self) -> None:
        """Send Slack to other replicas; the work that is under way is about to be handed over."""

    async def close(self) -> None:
        """Take nothing more."""


@dataclass
class Replica:
    """What the API knows of this replica, from its first moment on."""

    database: Database
    way_in: WayIn
    metrics: Metrics = field(default_factory=Metrics)
    agents: bool = False
    """Whether AgentCore has answered since the replica began; what fails later is told where it was asked for."""
    bot: Bot | None = None
    stopping: bool = False

    def direct(self) -> Direct | None:
        """The way in without Slack, while there is one."""
        return self.bot.direct if self.bot and not self.stopping else None

    async def ready(self) -> dict[str, bool]:
        """Each thing that is needed, and whether it is there."""
        there, answers = await self.way_in.is_open(), await self.database.answers()
        working = self.bot is not None and not self.stopping
        return {"slack": there, "database": answers, "agents": self.agents, "working": working}

    async def page(self) -> bytes:
        """The metrics; without the store's counts while it does not answer."""
        try:
            return self.metrics.page(await counts(self.database) if self.bot else {})
        except StoreUnavailable:
            return self.metrics.page({})


async def _serve(plan: Plan, database: Database, supervisor: AgentCoreSupervisor, stop: asyncio.Event) -> None:
    replica = Replica(database, _way_in(plan.slack))
    server = _api(replica, plan)
    api = asyncio.create_task(server.serve())
    try:
        bot = await _built(plan, replica, supervisor, stop)
        if bot is not None:
            async with kept_connections(bot.app.client):
                await _run(bot, replica, api, stop)
    finally:
        server.should_exit = True
        await api


def _way_in(slack: SlackDelivery) -> SocketMode | SlackEvents:
    if slack.app_token is not None:
        return SocketMode(slack.app_token.get_secret_value())
    if slack.signing_secret is not None:
        return SlackEvents(slack.signing_secret.get_secret_value())
    raise AssertionError(slack)


def _api(replica: Replica, plan: Plan) -> ApiServer:
    """The HTTP API: it answers before everything else does, and says what is still missing."""
    slack = replica.way_in if isinstance(replica.way_in, SlackEvents) else None
    settings, pages = plan.settings, plan.pages(replica.database)
    return api_server(build_api(replica.direct, settings, replica.ready, replica.page, slack, pages), settings)


async def _built(plan: Plan, replica: Replica, supervisor: AgentCoreSupervisor, stop: asyncio.Event) -> Bot | None:
    """The bot, once the database, AgentCore and Slack are there; None when the process is told to stop before."""
    database, metrics = replica.database, replica.metrics
    await _until_it_works("database", lambda: plan.prepare(database), DATABASE_AWAY, stop)
    await _until_it_works("AgentCore", supervisor.look_for, (SupervisorFailed,), stop)
    replica.agents = not stop.is_set()
    return await _until_it_works("Slack", lambda: plan.bot(database, supervisor, metrics), SLACK_AWAY, stop)


async def _run(bot: Bot, replica: Replica, api: "asyncio.Task[None]", stop: asyncio.Event) -> None:
    await _until_it_works("Slack", lambda: replica.way_in.open(bot.app), SLACK_AWAY, stop)
    replica.bot = bot
    _set_aside_what_stays()
    tasks = [asyncio.create_task(worker.run()) for worker in bot.workers]
    tasks.append(asyncio.create_task(keep_tidy(bot.retention, stop)))
    logger.info("replica=<%s> | ready", bot.name)
    ended = asyncio.create_task(stop.wait())
    await asyncio.wait([*tasks, api, ended], return_when=asyncio.FIRST_COMPLETED)
    stop.set()
    replica.stopping = True
    # Slack first: what is not taken up here is delivered to another replica, or again later.
    await replica.way_in.leave()
    for worker in bot.workers:
        worker.stop()
    await asyncio.gather(*tasks, ended)
    await replica.way_in.close()


def _set_aside_what_stays() -> None:
    """Keep the garbage collector from going through all modules again: 150 ms in which nothing is answered."""
    gc.collect()
    gc.freeze()


async def _until_it_works(
    what: str, attempt: Callable[[], Awaitable[T]], away: tuple[type[Exception], ...], stop: asyncio.Event
) -> T | None:
    """What `attempt` answers, once it does; None when the process is told to stop before."""
    while not stop.is_set():
        try:
            return await attempt()
        except away as error:
            if isinstance(error, SlackApiError) and error.response.get("error") in WRONG_TOKEN:
                raise
            logger.warning("what=<%s>, error=<%s> | not there yet, will try again", what, type(error).__name__)
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(stop.wait(), RETRY_SECONDS)
    return None


class UnusableSettings(Exception):
    """What is missing or wrong, in sentences."""


def _read(kind: type[S]) -> S:
    try:
        return kind()
    except ValidationError as error:
        raise UnusableSettings(" ".join(faults_of(kind, error))) from None


def refuse_ids_of_nowhere(slack: BaseSettings, settings: Settings) -> None:
    """A right that is meant for one workspace must not be another's, or nobody's. Raises UnusableSettings."""
    if not isinstance(slack, OAuthSettings):
        return
    if faults := [*named_without_workspace(settings), *named_elsewhere(settings, slack.allowed_workspaces)]:
        raise UnusableSettings(" ".join(faults))


def main() -> int:
    """Run the bot; 0 after a clean stop, 2 when the settings are not usable."""
    write_logs(Redaction())
    logging.getLogger("slack_bolt").setLevel(logging.WARNING)
    try:
        slack, settings, agents = _read(_read(SlackMode).kind), _read(Settings), _read(AgentSettings)
        refuse_ids_of_nowhere(slack, settings)
        traces = _read(TracingSettings)
    except UnusableSettings as error:
        logger.error("%s docs/settings.md lists every setting.", error)  # noqa: TRY400 - the traceback holds the values
        return CONFIGURATION_ERROR
    redact = LearningRedaction(secrets_in([settings, slack]))
    if isinstance(slack, OAuthSettings):
        redact.learn(*slack.keys)
    write_logs(redact, form=settings.log_format)
    if not agents.supervisor_runtime_arn:
        logger.error("RAYGEN_SUPERVISOR_RUNTIME_ARN is not set: it names the supervisor's AgentCore runtime.")
        return CONFIGURATION_ERROR
    try:
        send_spans("bot", traces)
        asyncio.run(serve(Plan(settings, slack, redact), agents))
    except AgentError as error:
        logger.error("%s", error.sentence)  # noqa: TRY400 - a setting, not a crash
        return CONFIGURATION_ERROR
    except SlackApiError as error:
        which = "SLACK_APP_TOKEN" if isinstance(slack, OAuthSettings) else "SLACK_BOT_TOKEN and SLACK_APP_TOKEN"
        logger.error("Slack refused a token: %s. Check %s.", error.response.get("error"), which)  # noqa: TRY400 - as above
        return CONFIGURATION_ERROR
    return 0


if __name__ == "__main__":
    sys.exit(main())
