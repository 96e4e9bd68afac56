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
from bot.updates import Pace
from bot.whisper import Whisper
from bot.work import Worker

logger = logging.getLogger(__name__)

RATE_LIMIT_RETRIES = 5
OWNER_CHARACTERS = 50
"""What the store has room for of a host's name, which may have 63."""
TURN_CRASHES = 2
"""A generation costs money and executes code: it is repeated once."""
RUN_CRASHES = 4


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
    owner = f"{socket.gethostname()[:OWNER_CHARACTERS]}-{uuid4().hex[:8]}"
    turns, runs = TurnStore(database, owner), RunStore(database, owner)
    redact = Redaction(_secrets(settings, slack))
    poster = SlackPoster(client)
    pace = Pace()
    run_work = Runs(
        runs, turns, supervisor, poster, pace, redact, settings.follow_wait_seconds, settings.unreachable_limit_seconds
    )
    turn_work = Turns(turns, supervisor, poster, pace, redact, settings.generation_timeout_seconds)
    turn_worker = Worker(
        "turns",
        database,
        turns.claim,
        turn_work.handle,
        turn_work.abandon,
        limit=settings.concurrent_turns,
        crashes=TURN_CRASHES,
    )
    run_worker = Worker(
        "runs",
        database,
        runs.claim,
        run_work.handle,
        run_work.abandon,
        limit=settings.concurrent_runs,
        crashes=RUN_CRASHES,
    )
    intake = Intake(turns, runs, run_work, People(client), settings, turn_worker.wake, run_worker.wake)
    app = AsyncApp(client=client, process_before_response=False)
    whisper = Whisper(client)
    app.error(_crash_handler(whisper))
    listeners.register(app, intake, whisper, workspace.team, workspace.bot_user_id)
    return Bot(
        app,
        turn_worker,
        run_worker,
        Direct(turns, runs, settings, redact, turn_worker.wake, run_worker.wake),
    )


def _secrets(settings: Settings, slack: SlackSettings) -> list[str]:
    held = (slack.bot_token, slack.app_token, settings.api_token)
    return [secret.get_secret_value() for secret in held if secret is not None]


def _crash_handler(whisper: Whisper) -> Callable[..., Awaitable[None]]:
    async def crashed(
        error: Exception, body: dict[str, Any], respond: Callable[..., Awaitable[Any]], request: AsyncBoltRequest
    ) -> None:
        """A crash says one sentence with an id; the log has the rest."""
        incident = uuid4().hex[:12]
        logger.error("incident=<%s>, mode=<%s> | listener crashed", incident, request.mode, exc_info=error)
        notice = words.notice(f"Something went wrong on my side. Try again; the id for whoever runs me is {incident}.")
        event = body.get("event") or {}
        if body.get("response_url"):
            await respond(
                text=notice.text, blocks=list(notice.blocks), response_type="ephemeral", replace_original=False
            )
        elif event.get("channel") and event.get("user"):
            await whisper.say(event["channel"], event["user"], notice, event.get("thread_ts"))

    return crashed
