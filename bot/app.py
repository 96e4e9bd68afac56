"""The parts of the bot, put together: what exists, and who gets what."""

import logging
import socket
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

from slack_bolt.async_app import AsyncApp
from slack_bolt.request.async_request import AsyncBoltRequest
from slack_sdk.http_retry.builtin_async_handlers import AsyncRateLimitErrorRetryHandler
from slack_sdk.web.async_client import AsyncWebClient

from bot import listeners
from bot.blocks import help as words
from bot.direct import Direct
from bot.intake import Intake
from bot.people import People
from bot.poster import SlackPoster
from bot.redaction import Redaction
from bot.runs import Runs
from bot.settings import Settings, SlackSettings
from bot.store.database import Database
from bot.store.models import Run, Turn
from bot.store.runs import RunStore
from bot.store.turns import TurnStore
from bot.supervisor import Supervisor
from bot.turns import Turns
from bot.whisper import Whisper
from bot.work import Worker

logger = logging.getLogger(__name__)

RATE_LIMIT_RETRIES = 5


@dataclass(frozen=True)
class Workspace:
    """What `auth.test` says of the token: the workspace, and Raygen's own user in it."""

    team: str
    bot_user_id: str


@dataclass(frozen=True)
class Bot:
    """A replica: Bolt's app, the workers behind it, and the way in without Slack."""

    app: AsyncApp
    turn_worker: Worker[Turn]
    run_worker: Worker[Run]
    direct: Direct


def slack_client(slack: SlackSettings) -> AsyncWebClient:
    """A Web API client that waits as long as Slack asks for when it is called too often."""
    # Not the SDK's default handler: it repeats a POST whose connection broke, and bot.poster looks before it does.
    return AsyncWebClient(
        token=slack.bot_token.get_secret_value(),
        base_url=slack.api_url,
        retry_handlers=[AsyncRateLimitErrorRetryHandler(max_retry_count=RATE_LIMIT_RETRIES)],
    )


def build_bot(
    settings: Settings, slack: SlackSettings, workspace: Workspace, database: Database, supervisor: Supervisor
) -> Bot:
    """A replica for one workspace. Nothing runs before its workers and Bolt's handler are started."""
    client = slack_client(slack)
    owner = f"{socket.gethostname()}-{uuid4().hex[:8]}"
    turns, runs = TurnStore(database, owner), RunStore(database, owner)
    redact = Redaction(_secrets(settings, slack))
    poster = SlackPoster(client)
    run_work = Runs(
        runs, turns, supervisor, poster, redact, settings.follow_wait_seconds, settings.unreachable_limit_seconds
    )
    turn_work = Turns(turns, supervisor, poster, redact, settings.generation_timeout_seconds)
    turn_worker = Worker("turns", database, turns.claim, turn_work.handle, turn_work.abandon, settings.concurrent_turns)
    run_worker = Worker("runs", database, runs.claim, run_work.handle, run_work.abandon, settings.concurrent_runs)
    intake = Intake(turns, runs, run_work, People(client), settings, turn_worker.wake, run_worker.wake)
    app = AsyncApp(client=client, process_before_response=False)
    app.error(_crashed)
    listeners.register(app, intake, Whisper(client), workspace.team, workspace.bot_user_id)
    return Bot(
        app,
        turn_worker,
        run_worker,
        Direct(turns, runs, settings, redact, turn_worker.wake, run_worker.wake),
    )


def _secrets(settings: Settings, slack: SlackSettings) -> list[str]:
    held = (slack.bot_token, slack.app_token, settings.api_token)
    return [secret.get_secret_value() for secret in held if secret is not None]


async def _crashed(
    error: Exception, body: dict[str, Any], respond: Callable[..., Awaitable[Any]], request: AsyncBoltRequest
) -> None:
    """A crash says one sentence with an id; the log has the rest."""
    incident = uuid4().hex[:12]
    logger.error("incident=<%s>, mode=<%s> | listener crashed", incident, request.mode, exc_info=error)
    if not body.get("response_url"):
        return
    notice = words.notice(f"Something went wrong on my side. Try again; the id for whoever runs me is {incident}.")
    await respond(text=notice.text, blocks=list(notice.blocks), response_type="ephemeral", replace_original=False)
