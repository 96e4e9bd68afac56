"""Rate limits, https://docs.slack.dev/apis/web-api/rate-limits, and trouble on purpose."""

import asyncio

import pytest
from aiohttp import ClientError
from slack_sdk.errors import SlackApiError
from slack_sdk.http_retry.builtin_async_handlers import AsyncRateLimitErrorRetryHandler
from slack_sdk.web.async_client import AsyncWebClient

from sandbox.slack import RateLimits, SlackServer
from tests.sandbox.slack.conftest import manifest


async def post(client, channel="#data"):
    return await client.chat_postMessage(channel=channel, text="x")


async def refusal(call):
    with pytest.raises(SlackApiError) as caught:
        await call
    return caught.value.response


async def test_a_channel_takes_a_burst_and_then_one_message_a_second(clock):
    async with SlackServer(manifest(), clock=clock, limits=RateLimits.real()) as server:
        client = AsyncWebClient(token=server.bot_token, base_url=server.api_url)
        for _ in range(5):
            await post(client)
        limited = await refusal(post(client))
        elsewhere = await post(client, "#ops")
        clock.advance(5)
        again = await post(client)

    assert (limited.status_code, limited["error"], limited.headers["Retry-After"]) == (429, "ratelimited", "5")
    assert elsewhere["ok"]
    assert again["ok"]


async def test_a_tier_is_counted_a_minute(clock):
    async with SlackServer(manifest(), clock=clock, limits=RateLimits(enabled=True, scale=0.1)) as server:
        client = AsyncWebClient(token=server.bot_token, base_url=server.api_url)
        for _ in range(10):
            await client.users_info(user=server.bot.id)
        limited = await refusal(client.users_info(user=server.bot.id))

    assert limited.headers["Retry-After"] == "60"


async def test_without_limits_nothing_is_counted(server, client):
    for _ in range(30):
        await post(client)

    assert len(server.channel("data").messages) == 30


async def test_a_planned_429_is_survived_by_the_sdks_retry_handler(server):
    client = AsyncWebClient(token=server.bot_token, base_url=server.api_url)
    client.retry_handlers.append(AsyncRateLimitErrorRetryHandler(max_retry_count=1))
    server.faults.rate_limit("chat.postMessage", retry_after=0)

    await post(client)

    assert [(call.ok, call.error) for call in server.calls] == [(False, "ratelimited"), (True, None)]


async def test_a_planned_500_does_nothing_unless_told(server, client):
    server.faults.fail("chat.postMessage")
    server.faults.fail("chat.postMessage", after_effect=True)

    first, second = await refusal(post(client)), await refusal(post(client))

    assert (first.status_code, second.status_code) == (500, 500)
    assert len(server.channel("data").messages) == 1


async def test_an_answer_can_be_lost_after_the_message_was_posted(server):
    client = AsyncWebClient(token=server.bot_token, base_url=server.api_url, retry_handlers=[])
    server.faults.drop("*", after_effect=True)

    with pytest.raises(ClientError):
        await post(client)

    assert len(server.channel("data").messages) == 1
    assert server.calls[0].error == "connection_dropped"


async def test_the_sdks_own_retry_posts_twice_when_an_answer_is_lost(server, client):
    server.faults.drop("chat.postMessage", after_effect=True)

    await post(client)

    assert len(server.channel("data").messages) == 2


async def test_a_planned_error_is_answered_with_its_name(server, client):
    server.faults.answer("chat.postMessage", "fatal_error")

    assert (await refusal(post(client)))["error"] == "fatal_error"
    assert (await post(client))["ok"]


async def somebody_sleeps(clock):
    while not clock.sleeping:
        await asyncio.sleep(0)


async def test_a_delayed_call_waits_for_the_clock(server, client, clock):
    server.faults.delay("chat.postMessage", seconds=10)
    call = asyncio.create_task(post(client))
    await asyncio.wait_for(somebody_sleeps(clock), 5)

    before = server.channel("data").messages
    clock.advance(10)
    await call

    assert before == ()
    assert len(server.channel("data").messages) == 1
