"""`python -m bot`: reads the settings, builds the real parts, and serves until SIGTERM or SIGINT."""

import asyncio
import contextlib
import logging
import signal
import sys
from collections.abc import Awaitable, Callable
from typing import TypeVar

import aiohttp
import uvicorn
from pydantic import ValidationError
from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_sdk.errors import SlackApiError, SlackClientError
from sqlalchemy.exc import DBAPIError

from agents.errors import AgentError
from agents.runtime import connect
from agents.settings import AgentSettings
from bot.api import build_api
from bot.app import Bot, Workspace, build_bot, slack_client
from bot.logs import secrets_in, write_logs
from bot.redaction import Redaction
from bot.settings import Settings, SlackSettings
from bot.store.database import Database
from bot.store.upgrade import upgrade
from bot.supervisor import AgentCoreSupervisor, Supervisor

logger = logging.getLogger("bot")

T = TypeVar("T")

RETRY_SECONDS = 3.0
API_STOP_SECONDS = 5
STOP_SECONDS = 20.0
CONFIGURATION_ERROR = 2
WRONG_TOKEN = frozenset({"account_inactive", "invalid_auth", "not_authed", "token_expired", "token_revoked"})


async def serve(settings: Settings, slack: SlackSettings, agents: AgentSettings) -> None:
    """Serve one workspace over Socket Mode, and the HTTP API, until the process is told to stop."""
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


async def _serve(
    settings: Settings, slack: SlackSettings, database: Database, supervisor: Supervisor, stop: asyncio.Event
) -> None:
    away = (DBAPIError, OSError)
    await _until_it_works("database", lambda: upgrade(database), away, stop)
    workspace = await _until_it_works("Slack", lambda: _workspace(slack), (SlackClientError, aiohttp.ClientError), stop)
    if workspace is not None:
        await _run(build_bot(settings, slack, workspace, database, supervisor), settings, slack, database, stop)


async def _run(bot: Bot, settings: Settings, slack: SlackSettings, database: Database, stop: asyncio.Event) -> None:
    socket = AsyncSocketModeHandler(bot.app, slack.app_token.get_secret_value())

    async def ready() -> dict[str, bool]:
        return {"slack": await socket.client.is_connected(), "database": await database.answers()}

    server = uvicorn.Server(
        uvicorn.Config(
            build_api(bot.direct, settings, ready),
            host=settings.api_host,
            port=settings.api_port,
            log_level="warning",
            log_config=None,  # its lines go where all others go, redacted
            lifespan="off",
            timeout_graceful_shutdown=API_STOP_SECONDS,
        )
    )
    await socket.connect_async()  # type: ignore[no-untyped-call]
    tasks = [asyncio.create_task(work) for work in (bot.turn_worker.run(), bot.run_worker.run(), server.serve())]
    logger.info("port=<%d> | ready", settings.api_port)
    ended = asyncio.create_task(stop.wait())
    await asyncio.wait([*tasks, ended], return_when=asyncio.FIRST_COMPLETED)
    # Slack first: what is not taken up here is delivered to another replica, or again later.
    await socket.close_async()  # type: ignore[no-untyped-call]
    bot.turn_worker.stop()
    bot.run_worker.stop()
    server.should_exit = True
    ended.cancel()
    await asyncio.gather(*tasks)


async def _workspace(slack: SlackSettings) -> Workspace:
    me = await slack_client(slack).auth_test()
    return Workspace(team=str(me["team_id"]), bot_user_id=str(me["user_id"]))


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


def main() -> int:
    """Run the bot; 0 after a clean stop, 2 when the settings are not usable."""
    write_logs(Redaction())
    logging.getLogger("slack_bolt").setLevel(logging.WARNING)
    try:
        settings, slack, agents = Settings(), SlackSettings(), AgentSettings()
    except ValidationError as error:
        names = sorted({".".join(map(str, fault["loc"])) for fault in error.errors()})
        logger.error("The settings are missing or wrong: %s. docs/settings.md lists them all.", ", ".join(names))  # noqa: TRY400 - the traceback would hold the values
        return CONFIGURATION_ERROR
    write_logs(Redaction(secrets_in([settings, slack])))
    if not agents.supervisor_runtime_arn:
        logger.error("RAYGEN_SUPERVISOR_RUNTIME_ARN is not set: it names the supervisor's AgentCore runtime.")
        return CONFIGURATION_ERROR
    try:
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
