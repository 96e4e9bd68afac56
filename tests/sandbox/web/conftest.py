import io
import json
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from types import SimpleNamespace

import aiohttp
import pytest

from sandbox.front import Front
from sandbox.invocations import Invocations
from sandbox.model_choice import ModelChoice
from sandbox.slack import SlackServer
from sandbox.web.machine import Machine
from sandbox.web.room import Room
from tests.sandbox.slack.conftest import manifest

TOKEN = re.compile(r'name="raygen-token" content="([^"]+)"')


class Visitor:
    """A browser without a screen: it opens the page, reads the feed, and acts."""

    def __init__(self, slack, room, machine, front, url, session):
        self.machine = machine
        self.front = front
        self.slack = slack
        self.room = room
        self.url = url
        self.session = session

    async def get(self, path, **headers):
        async with self.session.get(self.url + path, headers=headers) as answer:
            return answer.status, dict(answer.headers), await answer.read()

    async def token(self):
        _, _, page = await self.get("/")
        return TOKEN.search(page.decode())[1]

    async def post(self, path, body, **headers):
        sent = {"Content-Type": "application/json", "X-Raygen-Token": await self.token(), **headers}
        data = io.BytesIO(json.dumps(body).encode())
        async with self.session.post(self.url + path, data=data, headers=sent) as answer:
            text = await answer.text()
            return answer.status, json.loads(text) if answer.content_type == "application/json" else text

    async def act(self, act, user="analyst", **details):
        return await self.post("/web/act", {"act": act, "user": user, **details})

    @asynccontextmanager
    async def feed(self, user="analyst"):
        async with self.session.get(f"{self.url}/web/feed?user={user}") as answer:
            yield events(answer)


async def events(answer) -> AsyncIterator[tuple[str, object]]:
    kind = ""
    async for raw in answer.content:
        line = raw.decode().rstrip("\n")
        if line.startswith("event: "):
            kind = line.removeprefix("event: ")
        elif line.startswith("data: "):
            yield kind, json.loads(line.removeprefix("data: "))


async def first(found, kind):
    """The next event of that kind."""
    async for name, body in found:
        if name == kind:
            return body
    raise AssertionError(f"the feed ended without {kind}")


@asynccontextmanager
async def visiting(slack):
    head = SimpleNamespace(address="127.0.0.1:8265", token="a-token-of-ray")
    changed = slack.platform.journal.changed
    choice = ModelChoice("cookbook", changed=changed)
    machine = Machine(choice, lambda: True, head, {}, [], Invocations(changed))
    room = Room(slack, machine)
    front = Front("http://127.0.0.1:1", lambda: True, room)
    await slack.start()
    port = await front.start(0)
    async with aiohttp.ClientSession(read_bufsize=2**24) as session:
        try:
            yield Visitor(slack, room, machine, front, f"http://127.0.0.1:{port}", session)
        finally:
            await front.stop()
            await slack.stop()


@pytest.fixture
async def visitor():
    async with visiting(SlackServer(manifest())) as visitor:
        yield visitor
