import asyncio
import io
import json
from contextlib import asynccontextmanager
from pathlib import Path

import aiohttp
import pytest
import pytest_asyncio

from sandbox.slack import Message
from sandbox.system import Sandbox
from tests.system.ensemble import agents, talk
from tests.system.hostile import CODE

__all__ = ["agents", "talk"]

SECONDS = 180


def pytest_collection_modifyitems(items):
    here = Path(__file__).parent
    for item in items:
        if here in item.path.parents:
            item.add_marker(pytest.mark.system)
            item.add_marker(pytest.mark.asyncio(loop_scope="session"), append=False)


class Thread:
    """A thread in the sandbox, and what a person does in it."""

    def __init__(self, sandbox, channel, ts, user="analyst"):
        self.sandbox = sandbox
        self.slack = sandbox.slack
        self.channel = channel
        self.ts = ts
        self.user = user

    @property
    def messages(self) -> tuple[Message, ...]:
        return self.slack.channel(self.channel).thread(self.ts)

    def with_block(self, block_id, number=1):
        found = [m for m in self.messages if any(b.get("block_id") == block_id for b in m.blocks)]
        return found[number - 1] if len(found) >= number else None

    async def card(self, block_id="code_card", number=1) -> Message:
        return await self.slack.wait_until(lambda: self.with_block(block_id, number), SECONDS)

    async def says(self, text) -> Message:
        def look():
            return next((m for m in self.messages if text in str(m.blocks) or text in m.text), None)

        return await self.slack.wait_until(look, SECONDS)

    async def click(self, message, action_id, user=None):
        return await self.slack.click(user or self.user, self.channel, message.ts, action_id)

    async def reply(self, text):
        return await self.slack.say(self.user, self.channel, text, thread_ts=self.ts)


class Desk:
    """What a person does in a running sandbox."""

    def __init__(self, sandbox):
        self.sandbox = sandbox
        self.slack = sandbox.slack

    async def ask(self, prompt, user="analyst", channel="data") -> Thread:
        before = {m.ts for m in self.slack.channel(channel).roots}
        outcome = await self.slack.command(user, channel, "/raygen", prompt)
        assert outcome.acked
        assert outcome.shown is None, outcome.shown

        def opened():
            bot = self.slack.bot.id
            return next((m for m in self.slack.channel(channel).roots if m.ts not in before and m.user == bot), None)

        root = await self.slack.wait_until(opened, SECONDS)
        return Thread(self.sandbox, channel, root.ts, user)

    async def whispered(self, text, user="analyst"):
        def look():
            return next((m for m in self.slack.ephemerals(user) if text in str(m.blocks) or text in m.text), None)

        return await self.slack.wait_until(look, SECONDS)

    async def post(self, path, **body):
        url = f"http://127.0.0.1:{self.sandbox.port}{path}"
        sent = io.BytesIO(json.dumps(body).encode())
        headers = {"Content-Type": "application/json"}
        async with aiohttp.ClientSession() as session, session.post(url, data=sent, headers=headers) as answer:
            return answer.status, await answer.json()


@asynccontextmanager
async def running(model, data):
    said = []
    async with Sandbox(model=model, say=said.append, data=data) as sandbox:
        yield sandbox


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def sandbox(tmp_path_factory):
    async with running("cookbook", tmp_path_factory.mktemp("sandbox")) as sandbox:
        yield sandbox


@pytest.fixture
def desk(sandbox):
    return Desk(sandbox)


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def hostile_sandbox(tmp_path_factory):
    data = tmp_path_factory.mktemp("hostile")
    program = data / "traps.py"
    program.write_bytes(CODE.encode())
    async with running(f"file:{program}", data) as sandbox:
        yield sandbox


@pytest.fixture
def hostile_desk(hostile_sandbox):
    return Desk(hostile_sandbox)


@pytest.fixture
def settle():
    """Give everything that was started a moment of the loop, without a clock."""

    async def settle():
        for _ in range(10):
            await asyncio.sleep(0)

    return settle
