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
from slack_bolt.async_app import AsyncApp
from slack_sdk.errors import SlackApiError, SlackClientError
from sqlalchemy.exc import DBAPIError

from agents.collector import send_spans
from agents.errors import AgentError
from agents.runtime import connect
from agents.settings import AgentSettings, TracingSettings
from bot.api.listening import ApiServer, api_server
from bot.api.server import build_api
from bot.api.slack_events import SlackEvents
from bot.app import Bot, Workspace, build_bot, slack_client
from bot.direct import Direct
from bot.errors import StoreUnavailable
from bot.listeners.socket_mode import SocketMode
from bot.logs import secrets_in, write_logs
from bot.metrics import Metrics
from bot.patience import kept_connections
from bot.redaction import Redaction
from bot.settings import Settings, SlackSettings, faults_of
from bot.store.counts import counts
from bot.store.database import Database
from bot.store.upgrade import upgrade
from bot.supervisor import AgentCoreSupervisor, Supervisor
from bot.upkeep import keep_tidy

logger = logging.getLogger("bot")

SLACK_AWAY = (SlackClientError, aiohttp.ClientError, TimeoutError)

T = TypeVar("T")
S = TypeVar("S", bound=BaseSettings)

RETRY_SECONDS = 3.0
STOP_SECONDS = 20.0
CONFIGURATION_ERROR = 2
WRONG_TOKEN = frozenset({"account_inactive", "invalid_auth", "not_authed", "token_expired", "token_revoked"})


async def serve(settings: Settings, slack: SlackSettings, agents: AgentSettings) -> None:
    """Serve one workspace, and the HTTP API, until the process is told to stop."""
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    database = Database(settings.database_url)
    runtime = connect(agents.supervisor_runtime_arn, agents.timeouts, region=agents.region)
    supervisor = AgentCoreSupervisor(runtime, turns=settings.concurrent_turns, runs=settings.concurrent_runs)
    serving = asyncio.create_task(_serve(settings, slack, database, supervisor, stop))
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

    async def open(self, app: AsyncApp) -> None:
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
    bot: Bot | None = None
    stopping: bool = False

    def direct(self) -> Direct | None:
        """The way in without Slack, while there is one."""
        return self.bot.direct if self.bot and not self.stopping else None

    async def ready(self) -> dict[str, bool]:
        """Each thing that is needed, and whether it is there."""
        there, answers = await self.way_in.is_open(), await self.database.answers()
        return {"slack": there, "database": answers, "working": self.bot is not None and not self.stopping}

    async def page(self) -> bytes:
        """The metrics; without the store's counts while it does not answer."""
        try:
            return self.metrics.page(await counts(self.database) if self.bot else {})
        except StoreUnavailable:
            return self.metrics.page({})


async def _serve(
    settings: Settings, slack: SlackSettings, database: Database, supervisor: Supervisor, stop: asyncio.Event
) -> None:
    replica = Replica(database, _way_in(slack))
    server = _api(replica, settings)
    api = asyncio.create_task(server.serve())
    try:
        bot = await _built(settings, slack, replica, supervisor, stop)
        if bot is not None:
            async with kept_connections(bot.app.client):
                await _run(bot, replica, api, stop)
    finally:
        server.should_exit = True
        await api


def _way_in(slack: SlackSettings) -> SocketMode | SlackEvents:
    if slack.app_token is not None:
        return SocketMode(slack.app_token.get_secret_value())
    if slack.signing_secret is not None:
        return SlackEvents(slack.signing_secret.get_secret_value())
    raise AssertionError(slack)


def _api(replica: Replica, settings: Settings) -> ApiServer:
    """The HTTP API: it answers before everything else does, and says what is still missing."""
    slack = replica.way_in if isinstance(replica.way_in, SlackEvents) else None
    return api_server(build_api(replica.direct, settings, replica.ready, replica.page, slack), settings)


async def _built(
    settings: Settings, slack: SlackSettings, replica: Replica, supervisor: Supervisor, stop: asyncio.Event
) -> Bot | None:
    """The bot, once the database and Slack are there; None when the process is told to stop before."""
    database = replica.database
    await _until_it_works("database", lambda: upgrade(database), (DBAPIError, OSError), stop)
    workspace = await _until_it_works("Slack", lambda: _workspace(slack), SLACK_AWAY, stop)
    return build_bot(settings, slack, workspace, database, supervisor, replica.metrics) if workspace else None


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


async def _workspace(slack: SlackSettings) -> Workspace:
    me = await slack_client(slack).auth_test()
    team, user = str(me["team_id"]), str(me["user_id"])
    return Workspace(team, user, url=str(me["url"]), bot_id=me.get("bot_id"))


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


def main() -> int:
    """Run the bot; 0 after a clean stop, 2 when the settings are not usable."""
    write_logs(Redaction())
    logging.getLogger("slack_bolt").setLevel(logging.WARNING)
    try:
        slack, settings, agents = _read(SlackSettings), _read(Settings), _read(AgentSettings)
        traces = _read(TracingSettings)
    except UnusableSettings as error:
        logger.error("%s docs/settings.md lists every setting.", error)  # noqa: TRY400 - the traceback holds the values
        return CONFIGURATION_ERROR
    write_logs(Redaction(secrets_in([settings, slack])), form=settings.log_format)
    if not agents.supervisor_runtime_arn:
        logger.error("RAYGEN_SUPERVISOR_RUNTIME_ARN is not set: it names the supervisor's AgentCore runtime.")
        return CONFIGURATION_ERROR
    try:
        send_spans("bot", traces)
        asyncio.run(serve(settings, slack, agents))
    except AgentError as error:
        logger.error("%s", error.sentence)  # noqa: TRY400 - a setting, not a crash
        return CONFIGURATION_ERROR
    except SlackApiError as error:
        logger.error("Slack refused the bot token: %s. Check SLACK_BOT_TOKEN.", error.response.get("error"))  # noqa: TRY400 - as above
        return CONFIGURATION_ERROR
    return 0


if __name__ == "__main__":
    sys.exit(main())
