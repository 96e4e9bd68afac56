import asyncio

from tests.sandbox.slack.conftest import connected, new_app


def button(action_id, text="Run"):
    return {"type": "button", "action_id": action_id, "text": {"type": "plain_text", "text": text}, "value": "v1"}


async def test_a_command_is_acked_and_answered_in_the_channel(server):
    app = new_app(server)

    @app.command("/raygen")
    async def handle(ack, body, client):
        await ack()
        await client.chat_postMessage(channel=body["channel_id"], text=f"You asked: {body['text']}")

    async with connected(app, server):
        outcome = await server.command("analyst", "data", "/raygen", "a < b")
        posted = await server.wait_until(lambda: server.channel("data").messages)

    assert outcome.acked
    assert posted[0].text == "You asked: a &lt; b"
    assert posted[0].user == server.bot.id


async def test_a_click_reaches_the_listener_with_the_message_and_can_update_it(server, client):
    app = new_app(server)

    @app.action("run")
    async def handle(ack, body, client):
        await ack()
        await client.chat_update(
            channel=body["channel"]["id"], ts=body["message"]["ts"], text=f"ran {body['actions'][0]['value']}"
        )

    channel = server.channel("data").id
    blocks = [{"type": "actions", "elements": [button("run")]}]
    posted = await client.chat_postMessage(channel=channel, text="card", blocks=blocks)
    async with connected(app, server):
        outcome = await server.click("engineer", "data", posted["ts"], "run")
        await server.wait_until(lambda: server.channel("data").message(posted["ts"]).text == "ran v1")

    assert outcome.acked
    assert server.channel("data").message(posted["ts"]).blocks == ()


async def test_a_mention_is_two_events_with_two_ids_and_one_ts(server):
    app = new_app(server)
    seen = []

    @app.event("app_mention")
    async def mentioned(body):
        seen.append(body)

    @app.event("message")
    async def written(body):
        seen.append(body)

    async with connected(app, server):
        ts = await server.say("analyst", "data", "@raygen count the words")
        await asyncio.wait_for(until(lambda: len(seen) == 2), 5)

    assert {body["event"]["type"] for body in seen} == {"app_mention", "message"}
    assert len({body["event_id"] for body in seen}) == 2
    assert {body["event"]["ts"] for body in seen} == {ts}
    assert seen[0]["event"]["text"] == f"<@{server.bot.id}> count the words"


async def until(predicate):
    while not predicate():
        await asyncio.sleep(0)


async def test_a_command_that_is_not_acked_in_three_seconds_shows_operation_timeout(server, clock):
    app = new_app(server)
    reached = asyncio.Event()

    @app.command("/raygen")
    async def handle(ack):
        reached.set()
        await asyncio.Event().wait()

    async with connected(app, server):
        command = asyncio.create_task(server.command("analyst", "data", "/raygen", "x"))
        await asyncio.wait_for(reached.wait(), 5)
        clock.advance(3.0)
        outcome = await command

    assert outcome.status == "operation_timeout"
    assert outcome.shown == '/raygen failed with the error "operation_timeout"'


async def test_a_snippet_goes_through_its_three_steps_and_appears_later(server, client):
    channel = server.channel("data").id
    root = await client.chat_postMessage(channel=channel, text="root")

    await client.files_upload_v2(
        content="print('hello')\n", filename="hello.py", snippet_type="python", channel=channel, thread_ts=root["ts"]
    )
    shared = await server.wait_until(lambda: server.channel("data").thread(root["ts"])[1:])

    assert shared[0].files[0].content == b"print('hello')\n"
    assert shared[0].files[0].snippet_type == "python"
    assert [call.method for call in server.calls][1:] == [
        "files.getUploadURLExternal",
        "upload",
        "files.completeUploadExternal",
    ]


async def test_a_stream_grows_and_ends(server, client):
    channel = server.channel("data").id
    analyst = server.user("analyst")
    root = await client.chat_postMessage(channel=channel, text="root")
    stream = await client.chat_stream(
        channel=channel,
        thread_ts=root["ts"],
        recipient_team_id=analyst.team_id,
        recipient_user_id=analyst.id,
        buffer_size=1,
    )

    await stream.append(markdown_text="hello ")
    growing = server.channel("data").message(stream.ts)
    await stream.append(chunks=[{"type": "task_update", "id": "1", "title": "Write", "status": "in_progress"}])
    await stream.stop(chunks=[{"type": "task_update", "id": "1", "title": "Write", "status": "complete"}])
    ended = server.channel("data").message(stream.ts)

    assert (growing.streaming, growing.text) == (True, "hello ")
    assert not ended.streaming
    assert [block["type"] for block in ended.blocks] == ["markdown", "task_card"]
    assert ended.blocks[1]["status"] == "complete"
