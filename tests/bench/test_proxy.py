"""What whoever asks sees of each fault, whichever form the service answers in."""

import json
from contextlib import asynccontextmanager

import httpx
import pytest
from aiohttp import web

from bench.stage import proxy as module
from bench.stage.proxy import FAULTS, NoTrouble, Proxy

ANSWER = {"ok": True, "words": "x" * 300}
EVENTS = [{"event": "writing"}, {"event": "finished", "words": "y" * 300}]
COMPLETE = {"slow", "drip"}
"""Faults with which the answer comes whole."""


class Service:
    """Answers in three forms, and counts who has asked."""

    def __init__(self):
        self.asked = 0

    async def whole(self, _request):
        self.asked += 1
        return web.json_response(ANSWER)

    async def chunks(self, request):
        self.asked += 1
        answer = web.StreamResponse(headers={"Content-Type": "application/json"})
        await answer.prepare(request)
        for character in json.dumps(ANSWER):
            await answer.write(character.encode())
        await answer.write_eof()
        return answer

    async def events(self, request):
        self.asked += 1
        answer = web.StreamResponse(headers={"Content-Type": "text/event-stream"})
        await answer.prepare(request)
        for event in EVENTS:
            await answer.write(f"data: {json.dumps(event)}\n\n".encode())
        await answer.write_eof()
        return answer


class Once(NoTrouble):
    """One fault for the first request."""

    def __init__(self, fault):
        self.faults = [fault]

    async def coming(self, asked):
        return self.faults.pop() if self.faults else None


@asynccontextmanager
async def broken(fault):
    """A client whose first request meets the fault, and the service behind it."""
    service = Service()
    app = web.Application()
    for form in ("whole", "chunks", "events"):
        app.router.add_post(f"/{form}", getattr(service, form))
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    try:
        async with (
            Proxy("test", "127.0.0.1", runner.addresses[0][1], Once(fault)) as proxy,
            httpx.AsyncClient(base_url=f"http://127.0.0.1:{proxy.port}", trust_env=False) as client,
        ):
            yield client, service
    finally:
        await runner.cleanup()


def decoded(form, answer):
    if form != "events":
        return answer.json()
    return [json.loads(event.removeprefix("data: ")) for event in answer.text.split("\n\n") if event]


async def seen(client, form):
    """What the client makes of an answer: its value, its status, or what it lacks."""
    try:
        answer = await client.post(f"/{form}", content=b"{}")
    except httpx.TransportError:
        return "broken off"
    if answer.is_error:
        return answer.status_code
    try:
        return decoded(form, answer)
    except ValueError:
        return "no JSON"


@pytest.mark.parametrize("form", ["whole", "chunks", "events"])
@pytest.mark.parametrize("fault", FAULTS)
async def test_a_fault_is_seen_once_and_the_next_answer_is_whole(monkeypatch, fault, form):
    monkeypatch.setattr(module, "SLOW_SECONDS", 0.01)
    right = EVENTS if form == "events" else ANSWER
    expected = {"truncated": "no JSON", "http_429": 429, "http_500": 500} | dict.fromkeys(COMPLETE, right)

    async with broken(fault) as (client, service):
        first, second = await seen(client, form), await seen(client, form)

    assert (first, second) == (expected.get(fault, "broken off"), right)
    assert service.asked == (1 if fault in {"reset", "http_429", "http_500"} else 2)


async def test_who_is_turned_away_is_told_for_how_long():
    async with broken("http_429") as (client, _service):
        answer = await client.post("/whole", content=b"{}")

    assert answer.headers["Retry-After"] == "1"
