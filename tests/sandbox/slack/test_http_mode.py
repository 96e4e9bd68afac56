"""HTTP mode: signed requests, https://docs.slack.dev/authentication/verifying-requests-from-slack."""

import asyncio
from contextlib import asynccontextmanager

import pytest
from aiohttp import web
from slack_sdk.signature import SignatureVerifier

from sandbox.slack import SlackServer, Timing
from sandbox.slack.delivery import NotAcked
from tests.sandbox.slack.conftest import manifest, new_app

NO_PAUSES = Timing(retries=(0.0, 0.0, 0.0))


@asynccontextmanager
async def endpoint(handle):
    """A request URL; yields its address."""
    app = web.Application()
    app.router.add_post("/slack/events", handle)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    try:
        yield f"http://127.0.0.1:{runner.addresses[0][1]}/slack/events"
    finally:
        await runner.cleanup()


class Recorder:
    """Keeps the requests and answers with a fixed status."""

    def __init__(self, status=200):
        self.status, self.bodies, self.headers = status, [], []
        self.server = None

    async def handle(self, request):
        self.bodies.append(await request.read())
        self.headers.append(dict(request.headers))
        self.server.platform.journal.changed()
        return web.Response(status=self.status)


async def test_requests_are_signed_as_slack_signs_them():
    recorder = Recorder()
    async with endpoint(recorder.handle) as url, SlackServer(manifest(), request_url=url) as server:
        recorder.server = server
        outcome = await server.command("analyst", "data", "/raygen", "count")

    verifier = SignatureVerifier(server.signing_secret)
    assert outcome.acked
    assert verifier.is_valid_request(recorder.bodies[0], recorder.headers[0])
    assert b"command=%2Fraygen&text=count" in recorder.bodies[0]


async def test_an_event_that_is_answered_with_an_error_is_retried_with_slacks_headers():
    recorder = Recorder(status=500)
    async with endpoint(recorder.handle) as url, SlackServer(manifest(), request_url=url, timing=NO_PAUSES) as server:
        recorder.server = server
        await server.say("analyst", "data", "hello")
        await server.wait_until(lambda: server.problems)

    assert [one.get("X-Slack-Retry-Num") for one in recorder.headers] == [None, "1", "2", "3"]
    assert recorder.headers[1]["X-Slack-Retry-Reason"] == "http_error"
    assert len(set(recorder.bodies)) == 1


async def test_a_bolt_app_works_over_http():
    async with SlackServer(manifest()) as server:
        app = new_app(server)

        @app.command("/raygen")
        async def handle(ack):
            await ack("On it.")

        async with endpoint(app.server(path="/slack/events").handle_post_requests) as url:
            server.deliver_to(url)
            outcome = await server.command("analyst", "data", "/raygen")

    assert outcome.shown == "On it."


async def test_a_request_url_is_taken_when_the_app_answers_there_with_slacks_word():
    async with SlackServer(manifest()) as server:
        app = new_app(server)

        async with endpoint(app.server(path="/slack/events").handle_post_requests) as url:
            await server.set_request_url(url)

        assert server.platform.delivery.transport.url == url


async def test_a_request_url_that_answers_something_else_is_not_taken():
    recorder = Recorder()
    async with endpoint(recorder.handle) as url, SlackServer(manifest()) as server:
        recorder.server = server

        with pytest.raises(NotAcked):
            await server.set_request_url(url)


async def test_a_command_that_is_not_acknowledged_in_three_seconds_has_timed_out():
    too_late = asyncio.Event()

    async def late(request):
        await too_late.wait()
        return web.Response()

    async with endpoint(late) as url, SlackServer(manifest(), request_url=url, timing=Timing(ack=0.05)) as server:
        outcome = await server.command("analyst", "data", "/raygen", "count")
        too_late.set()

    assert outcome.status == "operation_timeout"


async def test_an_app_that_is_not_there_cannot_be_reached():
    async with SlackServer(manifest(), request_url="http://127.0.0.1:1/slack/events") as server:
        outcome = await asyncio.wait_for(server.command("analyst", "data", "/raygen"), 5)

    assert outcome.status == "dispatch_failed"
