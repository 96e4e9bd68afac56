"""A bot in this process, behind its real HTTP API: requests reach it as they reach it over a socket, only faster.

Nothing works on its rows: what is looked at is what gets through, and what is written down.
"""

from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import httpx
import yaml
from sqlalchemy import func, select

from agents.wire import (
    ClusterReport,
    Describe,
    Execute,
    Follow,
    Generate,
    JobReport,
    Progress,
    Stop,
    Validate,
    sha256_of,
)
from bench.stage.signed import (
    SECRET,
    SlackRequest,
    challenge,
    command,
    event,
    executed,
    interaction,
    pressed,
    said,
    wrapped,
)
from bot.api.server import build_api
from bot.api.slack_events import PATH, SlackEvents
from bot.app import Workspace, build_bot, slack_client
from bot.blocks import names
from bot.blocks.steps import GENERATE
from bot.blocks.steps import RUN as RUN_STEP
from bot.errors import SupervisorFailed
from bot.settings import Settings, SlackSettings
from bot.store.database import Database
from bot.store.models import Run, Turn
from bot.store.runs import RunStore
from bot.store.turns import NewTurn
from bot.store.upgrade import upgrade
from sandbox.slack import SlackServer
from sandbox.system import MANIFEST

BUTTONS = (
    *(names.RUN, names.STOP, names.STOP_TURN, names.REGENERATE, names.TRY_AGAIN, names.EDIT, names.EXPLAIN, names.FIX),
    *(names.FIX_CODE, names.FULL_LOG, names.FEEDBACK, names.APPROVE, names.DECLINE, names.ASK_APPROVAL),
    *(names.CANCEL, names.BRING_BACK),
    *(names.STOP_FROM_HOME, names.RERUN_FROM_HOME, names.ADMIN_SETTINGS, names.ADMIN_AUDIT, names.ADMIN_AUDIT_OLDER),
)
CLUSTER = "10.0.0.1"
PROGRAM = "print('Hello')\n"


class Nobody:
    """A supervisor that does not answer."""

    async def generate(self, request: Generate | Validate) -> AsyncGenerator[Progress, None]:
        """Raises SupervisorFailed."""
        raise SupervisorFailed("runtime_unavailable", f"Nobody is there to {request.action}.")
        yield

    async def job(self, request: Execute | Follow | Stop) -> JobReport:
        """Raises SupervisorFailed."""
        raise SupervisorFailed("runtime_unavailable", f"Nobody is there to {request.action}.")

    async def describe(self, request: Describe) -> ClusterReport:
        """Raises SupervisorFailed."""
        raise SupervisorFailed("runtime_unavailable", f"Nobody is there to {request.action}.")


@dataclass
class Inside:
    """The bot's API, the store behind it, and the workspace that it serves."""

    client: httpx.AsyncClient
    events: SlackEvents
    database: Database
    slack: SlackServer

    async def post(self, request: SlackRequest) -> httpx.Response:
        """Send it; the answer."""
        headers = [(name.encode(), value.encode()) for name, value in request.all_headers]
        return await self.client.post(PATH, content=request.body, headers=headers)

    def here(self, request: SlackRequest) -> SlackRequest:
        """The request with this workspace's ids in the place of the made-up ones."""
        workspace = self.slack.platform.workspace
        ids = {
            b"T0HOME": workspace.team_id,
            b"U0ANALYST": workspace.person("analyst").id,
            b"U0RAYGEN": workspace.bot.id,
            b"C0DATA": workspace.place("data").id,
        }
        body = request.body
        for made_up, real in ids.items():
            body = body.replace(made_up, real.encode())
        return replace(request, body=body)

    def requests(self) -> list[SlackRequest]:
        """One of each kind that people's doings become, none of them signed yet."""
        reply = said("make it faster", "message", thread_ts="1790000000.000100", ts="1790000003.000100")
        direct = said("say hello", "message", channel_type="im", ts="1790000004.000100")
        opened = wrapped({"type": "app_home_opened", "user": "U0ANALYST", "channel": "D0DIRECT", "tab": "home"})
        steps = [wrapped(executed(callback_id)) for callback_id in (GENERATE, RUN_STEP)]
        stopped = wrapped(
            {"type": "agent_session_stopped", "user": "U0ANALYST", "channel": "C0DATA", "thread_ts": "1.1"}
        )
        chosen = [
            pressed("", "", type="message_action", callback_id=names.EXPLAIN_SHORTCUT),
            pressed("", "", type="message_action", callback_id=names.MAKE_SHORTCUT),
            pressed("", "", type="shortcut", callback_id=names.ASK_SHORTCUT),
        ]
        presses = [interaction(pressed(action, f"{version(1)}:1")) for action in BUTTONS]
        spoken = [
            command(),
            command("help"),
            command("runs"),
            event(said()),
            event(reply),
            event(direct),
            event(opened),
            event(stopped),
            *map(event, steps),
            *map(interaction, chosen),
        ]
        return [self.here(request) for request in (*spoken, *presses, challenge())]

    async def write_program(self, number: int) -> None:
        """A program that was answered once, so that there is something to click Run on: `version(number)`."""
        turn = NewTurn(_turn(number), "T1", "api", f"session-{number:040}", "U1", "api", "say hello", CLUSTER)
        await RunStore(self.database, "somebody").request_code(turn, PROGRAM, sha256_of(PROGRAM), 60)

    async def count(self, kind: type[Run] | type[Turn]) -> int:
        """How many rows there are."""
        async with self.database.reading() as session:
            return await session.scalar(select(func.count()).select_from(kind)) or 0


def version(number: int) -> str:
    """The id of the program that `write_program` wrote."""
    return f"version-{_turn(number)}"


def _turn(number: int) -> str:
    return f"turn-{number}"


@asynccontextmanager
async def inside(directory: Path) -> AsyncIterator[Inside]:
    """A bot that takes Slack's requests over HTTP, for the time of the block."""
    settings = Settings(cluster=CLUSTER, api_host="127.0.0.1")
    async with AsyncExitStack() as stack:
        database = Database(f"sqlite+aiosqlite:///{directory / 'inside.sqlite3'}")
        stack.push_async_callback(database.close)
        await upgrade(database)
        slack = await stack.enter_async_context(SlackServer(yaml.safe_load(MANIFEST.read_text(encoding="utf-8"))))
        access = SlackSettings.model_validate(
            {"bot_token": slack.bot_token, "signing_secret": SECRET, "api_url": slack.api_url}
        )
        me = await slack_client(access).auth_test()
        workspace = Workspace(str(me["team_id"]), str(me["user_id"]))
        events = SlackEvents(SECRET)
        await events.open(build_bot(settings, access, workspace, database, Nobody()).app)
        api = build_api(lambda: None, settings, _ready, _page, events)
        transport = httpx.ASGITransport(app=api, raise_app_exceptions=False)
        client = httpx.AsyncClient(transport=transport, base_url="http://raygen.example")
        yield Inside(await stack.enter_async_context(client), events, database, slack)


async def _ready() -> dict[str, bool]:
    return {}


async def _page() -> bytes:
    return b""
