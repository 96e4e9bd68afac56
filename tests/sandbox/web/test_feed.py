"""What a page is told, and what it is not."""

from slack_sdk.web.async_client import AsyncWebClient

from sandbox.slack import Message
from tests.sandbox.web.conftest import first


def client(visitor):
    return AsyncWebClient(token=visitor.slack.bot_token, base_url=visitor.slack.api_url)


def crowd(slack, number):
    """Put messages where they would be, without the events that Slack would have sent."""
    channel, user = slack.platform.workspace.place("data"), slack.user("engineer").id
    for count in range(number):
        message = Message(slack.platform.ids.ts(), channel.id, user, str(count))
        slack.platform.workspace.put(message)


async def test_a_page_first_gets_everything(visitor):
    await visitor.slack.say("engineer", "data", "good morning")

    async with visitor.feed() as events:
        hello = await first(events, "hello")
        frame = await first(events, "frame")
        messages = await first(events, "messages")

    assert hello["start"]
    assert [c["name"] for c in frame["channels"]] == ["data", "random", "joint"]
    assert frame["sandbox"]["model"] == "cookbook"
    assert [m["text"] for m in messages["messages"]] == ["good morning"]


async def test_then_it_gets_what_has_changed_and_nothing_else(visitor):
    await visitor.slack.say("engineer", "data", "one")
    async with visitor.feed() as events:
        await first(events, "messages")
        ts = await visitor.slack.say("engineer", "data", "two")
        posted = await first(events, "messages")
        await visitor.slack.edit("engineer", "data", ts, "three")
        edited = await first(events, "messages")
        await visitor.slack.delete("engineer", "data", ts)
        deleted = await first(events, "messages")

    assert [m["text"] for m in posted["messages"]] == ["two"]
    assert [m["text"] for m in edited["messages"]] == ["three"]
    assert [ts for _, ts in deleted["gone"]] == [ts]


async def test_a_reply_brings_its_root_with_the_new_count(visitor):
    root = await visitor.slack.say("engineer", "data", "one")
    async with visitor.feed() as events:
        await first(events, "messages")
        await visitor.slack.say("analyst", "data", "two", thread_ts=root)
        news = await first(events, "messages")

    assert {m["text"]: m["replies"] for m in news["messages"]} == {"one": 1, "two": 0}


async def test_what_one_person_sees_another_does_not(visitor):
    channel = visitor.slack.channel("data").id
    analyst = visitor.slack.user("analyst").id
    await visitor.slack.say("engineer", "ops", "a secret")
    await client(visitor).chat_postEphemeral(channel=channel, user=analyst, text="for the analyst")

    async with visitor.feed("analyst") as events:
        analysts = [m["text"] for m in (await first(events, "messages"))["messages"]]
    async with visitor.feed("engineer") as events:
        engineers = [m["text"] for m in (await first(events, "messages"))["messages"]]

    assert analysts == ["for the analyst"]
    assert engineers == ["a secret"]


async def test_of_five_thousand_messages_a_page_first_gets_the_newest(visitor):
    crowd(visitor.slack, 5_000)

    async with visitor.feed() as events:
        found = await first(events, "messages")
    oldest = found["messages"][0]["ts"]
    _, _, older = await visitor.get(f"/web/older?channel=data&before={oldest}")

    assert [m["text"] for m in found["messages"]] == [str(n) for n in range(4_800, 5_000)]
    assert found["more"] == [visitor.slack.channel("data").id]
    assert b'"text": "4799"' in older


async def test_every_call_and_delivery_becomes_a_line_that_ends_decided(visitor):
    async with visitor.feed() as events:
        await first(events, "messages")
        await client(visitor).auth_test()
        called = await first(events, "traffic")
        await visitor.slack.say("analyst", "data", "nobody listens")
        delivered = await first(events, "traffic")

    assert [(one["name"], one["state"], one["to"]) for one in called] == [("auth.test", "ok", "slack")]
    assert {(one["name"], one["to"]) for one in delivered} >= {("message", "app")}
    assert {one["state"] for one in delivered} == {"connection_failed"}


async def test_a_line_has_its_json_without_the_token(visitor):
    await client(visitor).auth_test()

    _, _, body = await visitor.get("/web/traffic/0")

    assert b'"user": "raygen"' in body
    assert visitor.slack.bot_token.encode() not in body


async def test_closing_the_room_ends_every_feed(visitor):
    async with visitor.feed() as events:
        await first(events, "hello")
        visitor.room.close()
        left = [kind async for kind, _ in swallowing(events)]

    assert "hello" not in left


async def swallowing(events):
    import aiohttp  # noqa: PLC0415 - only here

    try:
        async for one in events:
            yield one
    except aiohttp.ClientError:
        return
