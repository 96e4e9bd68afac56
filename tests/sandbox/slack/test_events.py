"""The Events API over Socket Mode: https://docs.slack.dev/apis/events-api, its sections on retries and delivery."""

import asyncio

import pytest
from slack_sdk.web.async_client import AsyncWebClient

from sandbox.slack import NotPermitted, SlackServer
from tests.sandbox.slack.conftest import connected, manifest, new_app
from tests.sandbox.slack.refusals import error_of
from tests.sandbox.slack.socket_client import RawSocket


@pytest.fixture
async def socket(server):
    async with RawSocket(server) as opened:
        yield opened


async def test_a_socket_is_greeted_and_its_ticket_is_good_for_one(server):
    async with RawSocket(server) as socket:
        again = await socket.status_of_another_connection()

    assert socket.hello["type"] == "hello"
    assert socket.hello["num_connections"] == 1
    assert again == 401


async def test_a_first_delivery_carries_attempt_zero(server, socket):
    await server.say("analyst", "data", "hello")

    envelope = await socket.next_envelope()

    assert (envelope["type"], envelope["retry_attempt"], envelope["retry_reason"]) == ("events_api", 0, "")
    assert envelope["payload"]["event"]["channel_type"] == "channel"
    assert not envelope["accepts_response_payload"]


async def test_an_event_without_an_ack_comes_again_at_once_after_a_minute_and_after_five(server, socket, clock):
    await server.say("analyst", "data", "hello")
    deliveries = [await socket.next_envelope()]
    for pause in (3.0, 3.0 + 60.0, 3.0 + 300.0):
        await advance_in_steps(clock, pause)
        deliveries.append(await socket.next_envelope())
    await advance_in_steps(clock, 3.0)
    await server.wait_until(lambda: server.problems)

    assert [one["retry_attempt"] for one in deliveries] == [0, 1, 2, 3]
    assert [one["retry_reason"] for one in deliveries] == ["", "timeout", "timeout", "timeout"]
    assert len({one["payload"]["event_id"] for one in deliveries}) == 1
    assert len({one["envelope_id"] for one in deliveries}) == 4
    assert "never acknowledged: timeout" in server.problems[0]


async def advance_in_steps(clock, seconds):
    """Let the time pass second by second, so that pauses that begin on the way end on the way."""
    for _ in range(int(seconds)):
        clock.advance(1.0)
        for _ in range(10):
            await asyncio.sleep(0)


async def test_an_acked_event_does_not_come_again(server, socket, clock):
    await server.say("analyst", "data", "one")
    await socket.ack(await socket.next_envelope())
    await server.say("analyst", "data", "two")
    await advance_in_steps(clock, 2)

    envelope = await socket.next_envelope()

    assert envelope["payload"]["event"]["text"] == "two"


async def test_an_event_is_kept_for_an_app_that_connects_late(server, clock):
    await server.say("analyst", "data", "hello")
    await advance_in_steps(clock, 1)
    async with RawSocket(server) as socket:
        await advance_in_steps(clock, 61)
        envelope = await socket.next_envelope()

    assert (envelope["retry_attempt"], envelope["retry_reason"]) == (2, "connection_failed")


async def test_an_event_can_be_delivered_twice_with_one_id(server, socket):
    server.faults.duplicate_events(1)
    await server.say("analyst", "data", "hello")

    first, second = await socket.next_envelope(), await socket.next_envelope()

    assert first["payload"]["event_id"] == second["payload"]["event_id"]
    assert first["envelope_id"] != second["envelope_id"]


async def test_each_envelope_goes_to_exactly_one_of_the_sockets(server):
    async with RawSocket(server) as first, RawSocket(server) as second:
        for number in range(4):
            await server.say("analyst", "data", str(number))
        taken = [[await socket.next_envelope() for _ in range(2)] for socket in (first, second)]

    texts = sorted(one["payload"]["event"]["text"] for half in taken for one in half)
    assert texts == ["0", "1", "2", "3"]


async def test_a_client_that_is_asked_to_go_connects_again(server):
    app = new_app(server)
    texts = []

    @app.event("message")
    async def handle(event):
        texts.append(event["text"])
        server.platform.journal.changed()

    async with connected(app, server):
        await server.disconnect(graceful=True)
        await server.wait_for_connection()
        await server.say("analyst", "data", "still there?")
        await server.wait_until(lambda: texts)

    assert texts == ["still there?"]


async def test_a_socket_can_be_cut_without_a_word(server, socket):
    await server.disconnect(graceful=False)

    assert await socket.is_closed()
    assert server.connections == 0


@pytest.mark.parametrize(
    ("channel", "user", "event"),
    [("data", "analyst", "channel"), ("ops", "engineer", "group"), ("analyst", "analyst", "im")],
)
async def test_each_kind_of_channel_has_its_own_event(server, socket, channel, user, event):
    await server.say(user, channel, "hello")

    envelope = await socket.next_envelope()

    assert envelope["payload"]["event"]["channel_type"] == event


async def test_the_app_hears_nothing_from_channels_that_the_bot_is_not_in(server, socket):
    await server.say("analyst", "random", "@raygen hello")
    await server.say("analyst", "data", "here")

    envelope = await socket.next_envelope()

    assert envelope["payload"]["event"]["text"] == "here"


@pytest.mark.parametrize(
    "wanted",
    [{"events": ["app_mention"]}, {"scopes": ["app_mentions:read"], "events": ["app_mention", "message.channels"]}],
    ids=["not subscribed", "without the scope"],
)
async def test_the_app_hears_only_what_its_manifest_asks_for_and_may_have(clock, wanted):
    async with SlackServer(manifest(**wanted), clock=clock) as server, RawSocket(server) as socket:
        await server.say("analyst", "data", "nobody hears this")
        await server.say("analyst", "data", "@raygen this")
        envelope = await socket.next_envelope()

    assert envelope["payload"]["event"]["type"] == "app_mention"


async def test_a_mention_in_a_direct_message_is_a_message_only(server, socket):
    await server.say("analyst", "analyst", "@raygen hello")
    await server.say("analyst", "analyst", "and again")

    kinds = [(await socket.next_envelope())["payload"]["event"]["type"] for _ in range(2)]

    assert kinds == ["message", "message"]


async def test_what_a_person_types_arrives_escaped_with_ids_for_names(server, socket):
    await server.say("analyst", "data", "@raygen if a<b && c>d see #random https://example.com/x.")

    event = (await socket.next_envelope())["payload"]["event"]

    random = server.channel("random").id
    assert event["text"] == (
        f"<@{server.bot.id}> if a&lt;b &amp;&amp; c&gt;d see <#{random}|random> <https://example.com/x>."
    )
    assert event["blocks"][0]["elements"][0]["elements"][0] == {"type": "user", "user_id": server.bot.id}


async def test_a_reply_names_its_thread_and_the_threads_author(server, client, socket):
    root = await client.chat_postMessage(channel="#data", text="root")
    await server.say("engineer", "data", "reply", thread_ts=root["ts"])
    own, reply = [(await socket.next_envelope())["payload"]["event"] for _ in range(2)]

    assert (own["bot_id"], own["user"]) == (server.bot.bot_id, server.bot.id)
    assert (reply["thread_ts"], reply["parent_user_id"]) == (root["ts"], server.bot.id)


async def test_edits_and_deletions_are_messages_with_a_subtype(server, socket):
    ts = await server.say("analyst", "data", "one")
    await server.edit("analyst", "data", ts, "two")
    await server.delete("analyst", "data", ts)

    _, edited, deleted = [(await socket.next_envelope())["payload"]["event"] for _ in range(3)]

    assert (edited["subtype"], edited["message"]["text"], edited["previous_message"]["text"]) == (
        "message_changed",
        "two",
        "one",
    )
    assert (deleted["subtype"], deleted["deleted_ts"]) == ("message_deleted", ts)


async def test_a_file_comes_with_its_message(server, socket):
    await server.say("analyst", "data", "look", files=[("words.csv", b"a,b\n")])

    event = (await socket.next_envelope())["payload"]["event"]

    assert event["subtype"] == "file_share"
    assert (event["files"][0]["name"], event["files"][0]["size"]) == ("words.csv", 4)


async def test_somebody_of_another_company_is_recognisable(server, socket):
    await server.say("partner", "joint", "hello")

    payload = (await socket.next_envelope())["payload"]

    assert payload["is_ext_shared_channel"]
    assert payload["team_id"] == server.bot.team_id
    assert payload["event"]["user_team"] == server.user("partner").team_id != server.bot.team_id


async def test_joining_opening_the_home_and_reacting_are_events(server, client, socket):
    ts = (await client.chat_postMessage(channel="#data", text="x"))["ts"]
    await server.join("raygen", "random")
    await server.open_home("analyst")
    await server.react("analyst", "data", ts, "eyes")

    events = [(await socket.next_envelope())["payload"]["event"] for _ in range(4)][1:]

    assert [one["type"] for one in events] == ["member_joined_channel", "app_home_opened", "reaction_added"]
    assert (events[0]["user"], events[0]["channel"]) == (server.bot.id, server.channel("random").id)
    assert (events[1]["tab"], events[1]["channel"]) == ("home", server.channel("analyst").id)
    assert events[2]["item"] == {"type": "message", "channel": server.channel("data").id, "ts": ts}


async def test_slacks_own_stop_is_there_while_a_session_is_processing(server, client, socket):
    channel = server.channel("data").id
    root = await client.chat_postMessage(channel=channel, text="root")
    session = {"channel_id": channel, "thread_ts": root["ts"]}
    await client.agents_sessions_setStatus(**session, status="processing", title="Words")
    await server.stop_session("analyst", "data", root["ts"])
    await client.agents_sessions_setStatus(**session, status="active")

    _, stopped = [(await socket.next_envelope())["payload"]["event"] for _ in range(2)]

    assert (stopped["type"], stopped["user"]) == ("agent_session_stopped", server.user("analyst").id)
    assert server.session("data", root["ts"]).title == "Words"
    with pytest.raises(NotPermitted, match="Slack shows no Stop here"):
        await server.stop_session("analyst", "data", root["ts"])


async def test_a_step_of_a_workflow_is_completed_once(server, socket, client):
    execution_id = await server.run_step("generate", {"prompt": "hello"}, user="analyst")
    event = (await socket.next_envelope())["payload"]["event"]
    of_the_workflow = AsyncWebClient(token=event["bot_access_token"], base_url=server.api_url)

    await of_the_workflow.functions_completeSuccess(function_execution_id=execution_id, outputs={"code": "x"})

    assert event["inputs"]["prompt"] == "hello"
    assert server.execution(execution_id).outputs == {"code": "x"}
    again = client.functions_completeError(function_execution_id=execution_id, error="no")
    assert await error_of(again) == "execution_not_in_running_state"


async def test_a_step_is_failed_with_a_sentence_by_the_apps_own_token(server, socket, client):
    execution_id = await server.run_step("generate", {"prompt": "hello"}, user="analyst")

    await client.functions_completeError(function_execution_id=execution_id, error="No cluster answers.")

    assert server.execution(execution_id).error == "No cluster answers."


async def test_the_token_that_came_with_a_step_is_taken_back_at_its_end(server, socket):
    execution_id = await server.run_step("generate", {"prompt": "hello"}, user="analyst")
    event = (await socket.next_envelope())["payload"]["event"]
    of_the_workflow = AsyncWebClient(token=event["bot_access_token"], base_url=server.api_url)

    await of_the_workflow.functions_completeError(function_execution_id=execution_id, error="no")

    assert await error_of(of_the_workflow.auth_test()) == "token_revoked"


async def test_an_execution_that_nobody_knows_cannot_be_completed(server, client):
    unknown = client.functions_completeSuccess(function_execution_id="Fx404", outputs={})

    assert await error_of(unknown) == "function_execution_not_found"


@pytest.mark.parametrize("outputs", [{}, {"code": 1}, {"code": "x", "lines": "two"}, {"code": "x", "more": "y"}])
async def test_outputs_have_to_be_what_the_manifest_says(server, socket, client, outputs):
    execution_id = await server.run_step("generate", {"prompt": "hello"}, user="analyst")

    refused = client.functions_completeSuccess(function_execution_id=execution_id, outputs=outputs)

    assert await error_of(refused) == "parameter_validation_failed"
    assert not server.execution(execution_id).ended


async def test_the_person_of_a_step_is_whoever_started_the_workflow_and_has_no_field(server, socket):
    await server.run_step("generate", {"prompt": "hello"}, user="analyst")
    event = (await socket.next_envelope())["payload"]["event"]

    assert event["inputs"]["who"]["id"] == server.user("analyst").id
    assert event["inputs"]["who"]["secret"]
    with pytest.raises(NotPermitted, match="has no field"):
        await server.run_step("generate", {"prompt": "x", "who": {"id": "U1", "secret": "s"}}, user="analyst")
    with pytest.raises(NotPermitted, match="cannot be published"):
        await server.run_step("generate", {"prompt": "hello"})


async def test_a_step_that_needs_no_person_is_run_without_one(server, socket):
    await server.run_step("greet")

    event = (await socket.next_envelope())["payload"]["event"]

    assert (event["type"], event["function"]["callback_id"], event["inputs"]) == ("function_executed", "greet", {})


async def test_an_ack_that_comes_too_late_is_noted(server, socket, clock):
    await server.say("analyst", "data", "hello")
    envelope = await socket.next_envelope()
    await advance_in_steps(clock, 3)

    await socket.ack(envelope)
    await server.wait_until(lambda: server.problems)

    assert "after its deadline" in server.problems[0]
