"""What people look at beside the agent's conversation, https://docs.slack.dev/reference/events/app_context_changed."""

import pytest

from sandbox.slack import SlackServer
from sandbox.slack.errors import NotPermitted
from tests.sandbox.slack.conftest import EVENTS, manifest
from tests.sandbox.slack.socket_client import RawSocket


@pytest.fixture
async def server(clock):
    async with SlackServer(manifest(events=[*EVENTS, "app_context_changed"]), clock=clock) as server:
        yield server


@pytest.fixture
async def socket(server):
    async with RawSocket(server) as opened:
        yield opened


@pytest.fixture
async def root(server):
    return await server.say("engineer", "data", "root")


async def heard(socket, is_it):
    """The next payload with an event that `is_it`."""
    while True:
        envelope = await socket.next_envelope()
        await socket.ack(envelope)
        if is_it(envelope["payload"]["event"]):
            return envelope["payload"]


async def test_opening_the_agents_conversation_tells_what_is_looked_at(server, root, socket):
    await server.look("analyst", "data", root)

    await server.open_home("analyst", "messages")

    event = (await heard(socket, lambda event: event["type"] == "app_home_opened"))["event"]
    channel = server.channel("data").id
    assert [one["value"] for one in event["context"]["entities"]] == [
        {"channel_id": channel, "message_ts": root},
        channel,
    ]


async def test_looking_elsewhere_while_it_is_open_is_an_event_of_that_person(server, root, socket):
    await server.look("engineer", "data", root)
    await server.open_home("analyst", "messages")
    await server.look("analyst", "data")
    await server.look("analyst", "data")
    await server.look("analyst")

    there, nowhere = [await heard(socket, lambda event: event["type"] == "app_context_changed") for _ in range(2)]
    place = {"type": "slack#/types/channel_id", "value": server.channel("data").id, "team_id": server.bot.team_id}
    assert there["event"]["context"] == {"entities": [place]}
    assert there["event"]["user"] == server.user("analyst").id
    assert there["event"]["channel"] == server.channel("analyst").id
    assert there["authorizations"][0]["user_id"] == server.bot.id
    assert float(there["event"]["event_ts"]) < float(nowhere["event"]["event_ts"])
    assert nowhere["event"]["context"] == {}


async def test_a_direct_message_tells_what_its_writer_looks_at(server, root, socket):
    await server.look("analyst", "data", root)

    await server.say("analyst", "analyst", "what is this?")
    direct = (await heard(socket, lambda event: event.get("channel_type") == "im"))["event"]
    await server.say("analyst", "data", "and this?")
    other = (await heard(socket, lambda event: event.get("text") == "and this?"))["event"]

    assert direct["app_context"]["entities"][0]["value"]["message_ts"] == root
    assert "app_context" not in other


async def test_nobody_looks_at_what_they_cannot_see(server):
    server.add_channel("secret", ["engineer"], kind="group")

    with pytest.raises(NotPermitted):
        await server.look("analyst", "secret")


async def test_an_app_that_does_not_subscribe_is_told_nothing_of_it(clock):
    async with SlackServer(manifest(), clock=clock) as server, RawSocket(server) as socket:
        await server.look("analyst", "data")
        await server.open_home("analyst", "messages")
        opened = (await heard(socket, lambda event: event["type"] == "app_home_opened"))["event"]
        await server.look("analyst")
        await server.say("analyst", "analyst", "hello")
        next_one = (await heard(socket, lambda _: True))["event"]

    assert "context" not in opened
    assert next_one["type"] == "message"
    assert "app_context" not in next_one
