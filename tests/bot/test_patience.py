"""429 against a real HTTP server: the sandbox's Slack."""

import asyncio
import math
import time

import aiohttp
import aiohttp.web
import pytest
from aiohttp.test_utils import TestServer
from slack_sdk.errors import SlackApiError

from bot.errors import LeaseLost
from bot.holding import HOLD, Hold
from bot.metrics import Metrics
from bot.patience import TRIES, PatientClient, kept_connections
from sandbox.slack import SlackServer


@pytest.fixture
async def slack(manifest):
    async with SlackServer(manifest) as server:
        yield server


@pytest.fixture
def waits():
    return []


@pytest.fixture
def client(slack, waits):
    async def wait(seconds):
        waits.append(seconds)

    metrics = Metrics()
    client = PatientClient(token=slack.bot_token, base_url=slack.api_url, retry_handlers=[], metrics=metrics, wait=wait)
    client.counted = lambda: metrics.page({}).decode()
    return client


async def test_a_call_waits_as_long_as_slack_asks_for(slack, client, waits):
    slack.faults.rate_limit("chat.postMessage", retry_after=7)

    answer = await client.chat_postMessage(channel=slack.channel("data").id, text="hello")

    assert answer["ok"]
    assert 6 < max(waits) <= 7


@pytest.fixture
def hold():
    """A lease of the row that the test works on."""
    hold = Hold("run-1", math.inf)
    token = HOLD.set(hold)
    yield hold
    HOLD.reset(token)


async def test_a_replica_that_stood_still_says_nothing_for_a_row_that_may_be_anothers(slack, client, hold):
    hold.until = time.monotonic()
    channel = slack.channel("data").id
    before = len(slack.channel("data").messages)

    for late in (
        client.chat_postMessage(channel=channel, text="late"),
        client.chat_update(channel=channel, ts="1.1", text="late"),
        client.files_completeUploadExternal(files=[{"id": "F1"}], channel_id=channel),
    ):
        with pytest.raises(LeaseLost):
            await late

    assert len(slack.channel("data").messages) == before
    assert (await client.conversations_history(channel=channel))["ok"]


async def test_a_lease_that_ends_while_a_call_waits_for_its_turn_keeps_it_from_being_sent(slack, client, hold, waits):
    slack.faults.rate_limit("chat.postMessage", retry_after=7)
    client._wait = lambda _seconds: _over(hold)

    with pytest.raises(LeaseLost):
        await client.chat_postMessage(channel=slack.channel("data").id, text="late")

    assert not [m for m in slack.channel("data").messages if m.text == "late"]


async def _over(hold):
    hold.until = time.monotonic()


async def test_a_lease_that_holds_keeps_nobody_from_speaking(slack, client, hold):
    assert (await client.chat_postMessage(channel=slack.channel("data").id, text="hello"))["ok"]


async def test_one_channels_limit_holds_no_other_channel_back(slack, client, waits):
    other = slack.add_channel("other", ["analyst", slack.bot.id])
    slack.faults.rate_limit("chat.postMessage", retry_after=7)
    held = asyncio.create_task(client.chat_postMessage(channel=slack.channel("data").id, text="one"))
    await slack.wait_until(lambda: [c for c in slack.calls if c.error == "ratelimited"])

    await client.chat_postMessage(channel=other, text="two")
    await held

    assert len([seconds for seconds in waits if seconds > 1]) == 1


async def test_those_that_come_after_a_429_wait_in_the_same_row(slack, client, waits):
    slack.faults.rate_limit("chat.postMessage", times=1, retry_after=7)
    channel = slack.channel("data").id

    await asyncio.gather(*(client.chat_postMessage(channel=channel, text=str(n)) for n in range(5)))

    assert sum(c.error == "ratelimited" for c in slack.calls) == 1
    assert len({m.text for m in slack.channel("data").messages}) == 5


async def test_a_slack_that_always_refuses_is_not_asked_for_ever(slack, client):
    slack.faults.rate_limit("chat.postMessage", times=50, retry_after=1)

    with pytest.raises(SlackApiError, match="ratelimited"):
        await client.chat_postMessage(channel=slack.channel("data").id, text="hello")

    assert len(slack.calls) == TRIES


async def test_calls_are_counted_by_method_and_outcome(slack, client):
    with pytest.raises(SlackApiError):
        await client.chat_postMessage(channel="C404", text="hello")
    await client.auth_test()

    assert 'raygen_slack_calls_total{method="chat.postMessage",outcome="channel_not_found"} 1.0' in client.counted()
    assert 'raygen_slack_calls_total{method="auth.test",outcome="ok"} 1.0' in client.counted()


@pytest.mark.parametrize("trouble", ["fail", "drop"])
async def test_a_question_that_went_unanswered_is_asked_again_and_a_message_is_not(slack, client, trouble):
    getattr(slack.faults, trouble)("users.info", times=2)
    getattr(slack.faults, trouble)("chat.postMessage", times=1)

    answer = await client.users_info(user=slack.user("analyst").id)
    with pytest.raises((SlackApiError, aiohttp.ClientError)):
        await client.chat_postMessage(channel=slack.channel("data").id, text="hello")

    assert answer["user"]["name"] == "analyst"
    assert [c.method for c in slack.calls].count("chat.postMessage") == 1


async def test_calls_share_a_connection_while_connections_are_kept_and_work_without_afterwards():
    callers = []

    async def answer(request):
        callers.append(request.transport.get_extra_info("peername"))
        return aiohttp.web.json_response({"ok": True})

    app = aiohttp.web.Application()
    app.router.add_post("/auth.test", answer)
    async with TestServer(app) as server:
        client = PatientClient(token="xoxb-1", base_url=str(server.make_url("/")), retry_handlers=[], metrics=Metrics())
        async with kept_connections(client):
            for _ in range(3):
                await client.auth_test()
        await client.auth_test()

    assert len(set(callers[:3])) == 1
    assert callers[3] not in callers[:3]
