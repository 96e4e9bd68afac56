"""Streams, https://docs.slack.dev/reference/methods/chat.startStream and slack_sdk.models.messages.chunk."""

import pytest

from tests.sandbox.slack.refusals import error_of
from tests.sandbox.slack.shapes import actions, button, section


@pytest.fixture
async def place(server, client):
    """The arguments of a stream in a thread of #data."""
    channel, analyst = server.channel("data").id, server.user("analyst")
    root = await client.chat_postMessage(channel=channel, text="root")
    recipient = {"recipient_user_id": analyst.id, "recipient_team_id": analyst.team_id}
    return {"channel": channel, "thread_ts": root["ts"], **recipient}


async def start(client, place, **more):
    return {"channel": place["channel"], "ts": (await client.chat_startStream(**place, **more))["ts"]}


def task(status="in_progress", **more):
    return {"type": "task_update", "id": "1", "title": "Write", "status": status, **more}


@pytest.mark.parametrize("missing", ["recipient_team_id", "recipient_user_id"])
async def test_a_stream_in_a_channel_names_its_recipient(client, place, missing):
    del place[missing]

    assert await error_of(client.chat_startStream(**place)) == f"missing_{missing}"


async def test_a_stream_in_a_direct_message_needs_no_recipient(server, client):
    ts = await server.say("analyst", "analyst", "hello")

    stream = await client.chat_startStream(channel=server.channel("analyst").id, thread_ts=ts, markdown_text="hi")

    assert server.channel("analyst").message(stream["ts"]).text == "hi"


async def test_a_recipient_of_another_team_than_named_is_not_found(server, client, place):
    place["recipient_user_id"] = server.user("partner").id

    assert await error_of(client.chat_startStream(**place)) == "user_not_found"


async def test_text_is_appended_until_the_stream_is_stopped(server, client, place):
    stream = await start(client, place, markdown_text="a")

    await client.chat_appendStream(**stream, markdown_text="b")
    await client.chat_stopStream(**stream, markdown_text="c", blocks=[actions(button())])

    message = server.channel("data").message(stream["ts"])
    assert (message.text, message.streaming) == ("abc", False)
    assert [block["type"] for block in message.blocks] == ["markdown", "actions"]
    append = client.chat_appendStream(**stream, markdown_text="d")
    assert await error_of(append) == "message_not_in_streaming_state"
    assert await error_of(client.chat_stopStream(**stream)) == "message_not_in_streaming_state"


async def test_a_stream_dies_after_five_minutes_and_what_it_said_stays(server, client, clock, place):
    stream = await start(client, place, markdown_text="a")
    clock.advance(299)
    await client.chat_appendStream(**stream, markdown_text="b")
    clock.advance(1)

    error = await error_of(client.chat_appendStream(**stream, markdown_text="c"))

    message = server.channel("data").message(stream["ts"])
    assert error == "message_not_in_streaming_state"
    assert (message.text, message.streaming) == ("ab", False)


async def test_a_streaming_message_cannot_be_updated(client, place):
    stream = await start(client, place, markdown_text="a")

    assert await error_of(client.chat_update(**stream, text="x")) == "streaming_state_conflict"


async def test_text_and_chunks_exclude_each_other(client, place):
    both = client.chat_startStream(**place, markdown_text="a", chunks=[task()])
    stream = await start(client, place, markdown_text="a")

    assert await error_of(both) == "cannot_provide_both_markdown_text_and_chunks"
    assert await error_of(client.chat_appendStream(**stream, chunks=[task()])) == "streaming_mode_mismatch"


async def test_an_append_without_anything_is_no_text(client, place):
    stream = await start(client, place)

    assert await error_of(client.chat_appendStream(**stream)) == "no_text"


@pytest.mark.parametrize(
    "chunk",
    [
        {"type": "text", "text": "x"},
        {"type": "markdown_text"},
        {"type": "task_update", "id": "1", "title": "Write", "status": "done"},
        {"type": "task_update", "id": "1", "status": "pending"},
        {"type": "plan_update", "titel": "x"},
    ],
)
async def test_a_chunk_of_the_wrong_shape_is_refused(client, place, chunk):
    assert await error_of(client.chat_startStream(**place, chunks=[chunk])) == "invalid_chunks"


async def test_blocks_in_a_chunk_are_checked_like_a_messages(client, place):
    chunk = {"type": "blocks", "blocks": [section("x" * 3001)]}

    assert await error_of(client.chat_startStream(**place, chunks=[chunk])) == "invalid_blocks"


async def test_tasks_of_a_timeline_stand_between_the_text_and_change_in_place(server, client, place):
    text = {"type": "markdown_text", "text": "a"}
    stream = await start(client, place, chunks=[text, task(details="1"), {**text, "text": "b"}])

    await client.chat_appendStream(**stream, chunks=[task("complete", details="2")])

    blocks = server.channel("data").message(stream["ts"]).blocks
    assert [block["type"] for block in blocks] == ["markdown", "task_card", "markdown"]
    assert blocks[1]["status"] == "complete"
    assert blocks[1]["details"]["elements"][0]["elements"][0]["text"] == "12"


async def test_tasks_of_a_plan_stand_together(server, client, place):
    chunks = [{"type": "plan_update", "title": "Two steps"}, task(), {**task(), "id": "2"}]

    stream = await start(client, place, task_display_mode="plan", chunks=chunks)

    plan = server.channel("data").message(stream["ts"]).blocks[0]
    assert (plan["type"], plan["title"], len(plan["tasks"])) == ("plan", "Two steps", 2)


async def test_a_stream_holds_twelve_thousand_characters(client, place):
    stream = await start(client, place, markdown_text="x" * 12_000)

    assert await error_of(client.chat_appendStream(**stream, markdown_text="x")) == "msg_too_long"


async def test_tasks_and_text_together_are_limited_in_bytes(client, place):
    stream = await start(client, place, chunks=[task(details="x" * 5_000)])
    text = {"type": "markdown_text", "text": "é" * 300}

    await client.chat_appendStream(**stream, chunks=[{**text, "text": "é" * 100}])

    assert await error_of(client.chat_appendStream(**stream, chunks=[text])) == "msg_too_long"


async def test_only_own_streams_can_be_appended_to(server, client, place):
    theirs = await server.say("analyst", "data", "x")
    channel = place["channel"]

    append = client.chat_appendStream(channel=channel, ts=theirs, markdown_text="x")

    assert await error_of(append) == "message_not_owned_by_app"


async def test_stopping_can_set_the_sessions_status(server, client, place):
    stream = await start(client, place, markdown_text="a")

    await client.chat_stopStream(**stream, session_status="suspended")

    assert server.session("data", place["thread_ts"]).status == "suspended"
