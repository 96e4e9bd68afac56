"""When Slack hears that something has arrived."""

import asyncio

import pytest
from slack_bolt.authorization import AuthorizeResult
from slack_bolt.request.async_request import AsyncBoltRequest
from slack_sdk.web.async_client import AsyncWebClient

from bench.stage.signed import pressed, said
from bot.listeners import acks
from bot.listeners.acks import AckingApp
from bot.listeners.crashes import crash_handler
from bot.metrics import Metrics
from bot.whisper import Whisper
from sandbox.slack import SlackServer


@pytest.fixture
async def slack(manifest):
    async with SlackServer(manifest) as slack:
        yield slack


@pytest.fixture
def app(slack):
    client = AsyncWebClient(token=slack.bot_token, base_url=slack.api_url)
    me = AuthorizeResult(enterprise_id=None, team_id="T0HOME", bot_user_id=slack.bot.id, bot_token=slack.bot_token)
    app = AckingApp(client, Metrics(), me)
    app.error(crash_handler(Whisper(client)))
    return app


def over_socket_mode(payload):
    return AsyncBoltRequest(mode="socket_mode", body=payload)


async def test_an_event_is_acknowledged_when_its_listener_has_finished(app):
    written = []

    @app.event("app_mention")
    async def listen():
        await asyncio.sleep(0.05)
        written.append("a row")

    answer = await app.async_dispatch(over_socket_mode(said()))

    assert (answer.status, written) == (200, ["a row"])


async def test_bolt_has_nothing_to_warn_of(caplog, slack, monkeypatch):
    monkeypatch.delenv("SLACK_BOT_TOKEN", raising=False)
    client = AsyncWebClient(token=slack.bot_token, base_url=slack.api_url)
    me = AuthorizeResult(enterprise_id=None, team_id="T0HOME", bot_user_id=slack.bot.id, bot_token=slack.bot_token)

    app = AckingApp(client, Metrics(), me)

    assert app.client is client
    assert [record.message for record in caplog.records if record.name.startswith("slack_bolt")] == []


async def test_a_listener_speaks_with_the_token_of_its_workspace(app, slack):
    used = []

    @app.event("app_mention")
    async def listen(client):
        used.append(client.token)

    await app.async_dispatch(over_socket_mode(said()))

    assert used == [slack.bot_token]


async def test_slack_is_not_asked_who_the_bot_is_by_every_one_of_many_first_requests(app, slack):
    @app.event("app_mention")
    async def listen():
        return

    answers = await asyncio.gather(*(app.async_dispatch(over_socket_mode(said())) for _ in range(20)))

    assert {answer.status for answer in answers} == {200}
    assert slack.calls == []


async def test_an_event_whose_listener_takes_long_is_acknowledged_while_slack_still_waits(app, monkeypatch):
    monkeypatch.setattr(acks, "EVENT_SECONDS", 0.05)
    done = asyncio.Event()

    @app.event("app_mention")
    async def listen():
        await done.wait()

    answer = await app.async_dispatch(over_socket_mode(said()))

    assert (answer.status, done.is_set()) == (200, False)
    done.set()


async def test_an_event_of_the_bots_own_is_acknowledged_at_once(app, slack):
    @app.event("message")
    async def listen():
        raise AssertionError("not for a listener")

    async with asyncio.timeout(acks.EVENT_SECONDS / 2):
        answer = await app.async_dispatch(
            over_socket_mode(said(kind="message", user=slack.bot.id, bot_id=slack.bot.bot_id))
        )

    assert answer.status == 200


async def test_an_event_that_crashes_its_listener_is_acknowledged_since_the_person_has_been_told(app, slack):
    @app.event("app_mention")
    async def listen():
        raise RuntimeError("a defect")

    person, place = slack.user("analyst").id, slack.channel("data").id
    answer = await app.async_dispatch(over_socket_mode(said(user=person, channel=place)))

    assert answer.status == 200
    assert "Something went wrong on my side" in str(slack.ephemerals("analyst"))


async def test_a_click_that_crashes_where_nobody_can_be_told_is_no_success(app):
    @app.action("run")
    async def act():
        raise RuntimeError("a defect")

    unreachable = pressed("run", "v:1", response_url="http://127.0.0.1:1/gone")
    answer = await app.async_dispatch(over_socket_mode(unreachable))

    assert answer.status == 500
