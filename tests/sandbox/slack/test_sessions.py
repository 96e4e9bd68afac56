"""Agent sessions and assistant threads, https://docs.slack.dev/reference/methods/agents.sessions.setStatus."""

import pytest
from slack_sdk.web.async_client import AsyncWebClient

from sandbox.slack import SlackServer
from tests.sandbox.slack.conftest import manifest
from tests.sandbox.slack.refusals import error_of


@pytest.fixture
async def thread(server, client):
    root = await client.chat_postMessage(channel="#data", text="root")
    return {"channel_id": server.channel("data").id, "thread_ts": root["ts"]}


async def test_a_session_is_made_changed_and_renamed(server, client, thread):
    await client.agents_sessions_setStatus(**thread, status="processing", title="Words")
    await client.agents_sessions_setStatus(**thread, status="suspended")
    renamed = await client.agents_sessions_rename(**thread, title="Counting")

    session = server.session("data", thread["thread_ts"])
    assert (session.status, session.title, renamed["title"]) == ("suspended", "Counting", "Counting")


@pytest.mark.parametrize(
    ("args", "error"),
    [
        ({"status": "running"}, "invalid_status"),
        ({"status": "active", "thread_ts": None}, "thread_ts_required"),
        ({"status": "active", "initiator_user_id": "U9"}, "user_not_found"),
        ({"status": "active", "channel_id": "C9"}, "channel_not_found"),
    ],
)
async def test_a_status_that_cannot_be_set_is_refused(client, thread, args, error):
    assert await error_of(client.agents_sessions_setStatus(**{**thread, **args})) == error


async def test_a_session_that_is_not_there_cannot_be_renamed(client, thread):
    assert await error_of(client.agents_sessions_rename(**thread, title="x")) == "session_not_found"
    await client.agents_sessions_setStatus(**thread, status="active")
    assert await error_of(client.agents_sessions_rename(**thread, title="x" * 201)) == "invalid_name"


async def test_an_app_that_is_no_agent_has_no_sessions(clock):
    plain = manifest()
    del plain["features"]["agent_view"]
    async with SlackServer(plain, clock=clock) as server:
        client = AsyncWebClient(token=server.bot_token, base_url=server.api_url)
        root = await client.chat_postMessage(channel="#data", text="root")
        thread = {"channel_id": server.channel("data").id, "thread_ts": root["ts"]}
        prompts = [{"title": "Words", "message": "count the words"}]

        status = await error_of(client.agents_sessions_setStatus(**thread, status="active"))
        suggested = await error_of(client.assistant_threads_setSuggestedPrompts(**thread, prompts=prompts))

    assert (status, suggested) == ("not_authorized", "not_agent_app")


async def test_an_app_that_cannot_be_stopped_is_warned(clock):
    async with SlackServer(manifest(events=["app_mention"]), clock=clock) as server:
        client = AsyncWebClient(token=server.bot_token, base_url=server.api_url)
        root = await client.chat_postMessage(channel="#data", text="root")
        thread = {"channel_id": server.channel("data").id, "thread_ts": root["ts"]}

        answer = await client.agents_sessions_setStatus(**thread, status="processing")

    assert answer["warning"] == "missing_agent_session_stopped_event_subscription"


async def test_the_thinking_line_is_set_and_removed_by_an_empty_one(server, client, thread):
    await client.assistant_threads_setStatus(**thread, status="is thinking...", loading_messages=["Reading"])
    shown = server.status("data", thread["thread_ts"])
    await client.assistant_threads_setStatus(**thread, status="")

    assert (shown, server.status("data", thread["thread_ts"])) == ("is thinking...", "")
    too_many = client.assistant_threads_setStatus(**thread, status="x", loading_messages=["x"] * 11)
    assert await error_of(too_many) == "invalid_arguments"


async def test_at_most_four_prompts_are_suggested(client, thread):
    prompts = [{"title": "Words", "message": "count the words"}] * 5

    taken = await client.assistant_threads_setSuggestedPrompts(**thread, prompts=prompts[:4])

    assert taken["ok"]
    refused = client.assistant_threads_setSuggestedPrompts(**thread, prompts=prompts)
    assert await error_of(refused) == "invalid_arguments"
