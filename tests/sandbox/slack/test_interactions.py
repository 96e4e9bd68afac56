"""Commands, clicks, shortcuts, modals and response_urls.

https://docs.slack.dev/interactivity/handling-user-interaction and https://docs.slack.dev/surfaces/modals
"""

import asyncio
from contextlib import asynccontextmanager

import aiohttp
import pytest

from sandbox.slack import NotPermitted, NotVisible, SlackServer
from tests.sandbox.slack.conftest import connected, manifest, new_app
from tests.sandbox.slack.refusals import error_of
from tests.sandbox.slack.shapes import actions, button, home, input_block, modal, option, section, text_input
from tests.sandbox.slack.socket_client import RawSocket


@pytest.fixture
async def socket(server):
    async with RawSocket(server) as opened:
        yield opened


@asynccontextmanager
async def asked(socket, act, answer=None):
    """The envelope of `act`, which is acked with `answer` when the block ends; yields (envelope, outcome to come)."""
    outcome = asyncio.create_task(act)
    envelope = await socket.next_request()
    yield envelope, outcome
    await socket.ack(envelope, answer)
    await outcome


async def post(client, *blocks, **more):
    return (await client.chat_postMessage(channel="#data", text="card", blocks=list(blocks), **more))["ts"]


# --- commands -------------------------------------------------------------------------------------------------------


async def test_a_command_carries_who_where_and_the_escaped_text(server, socket):
    async with asked(socket, server.command("analyst", "data", "/raygen", " a < b & @engineer ")) as (envelope, _):
        payload = envelope["payload"]

    assert envelope["accepts_response_payload"]
    assert (payload["command"], payload["text"]) == ("/raygen", "a &lt; b &amp; @engineer")
    assert (payload["user_id"], payload["channel_id"]) == (server.user("analyst").id, server.channel("data").id)
    assert payload["channel_name"] == "data"


async def test_a_command_that_asks_for_ids_gets_them(clock):
    commands = [{"command": "/raygen", "description": "x", "should_escape": True}]
    async with (
        SlackServer(manifest(slash_commands=commands), clock=clock) as server,
        RawSocket(server) as socket,
        asked(socket, server.command("analyst", "data", "/raygen", "@engineer")) as (envelope, _),
    ):
        text = envelope["payload"]["text"]

    assert text == f"<@{server.user('engineer').id}>"


async def test_a_command_in_a_thread_is_never_sent(server):
    outcome = await server.command("analyst", "data", "/raygen", "x", thread_ts="1.000001")

    assert (outcome.status, outcome.shown) == ("refused", "/raygen is not supported in threads. Sorry!")


@pytest.mark.parametrize(("who", "name"), [("analyst", "/raygun"), ("partner", "/raygen")])
async def test_a_command_that_is_not_there_for_somebody_is_never_sent(server, who, name):
    outcome = await server.command(who, "joint", name)

    assert outcome.status == "refused"
    assert outcome.shown.startswith(f"{name} is not a valid command")


async def test_a_command_without_an_app_to_take_it_fails_at_once(server):
    outcome = await server.command("analyst", "data", "/raygen")

    assert (outcome.status, outcome.shown) == ("dispatch_failed", '/raygen failed with the error "dispatch_failed"')


async def test_an_ack_with_text_is_seen_by_the_person_alone(server, socket):
    async with asked(socket, server.command("analyst", "data", "/raygen"), {"text": "On it."}) as (_, outcome):
        pass

    assert outcome.result().shown == "On it."
    assert [one.text for one in server.ephemerals("analyst")] == ["On it."]
    assert server.channel("data").messages == ()


async def test_an_ack_can_answer_in_the_channel(server, socket):
    answer = {"text": "On it.", "response_type": "in_channel"}
    async with asked(socket, server.command("analyst", "data", "/raygen"), answer):
        pass

    assert [one.text for one in server.channel("data").messages] == ["On it."]


async def test_an_ack_with_blocks_that_slack_does_not_take_shows_an_error(server, socket):
    answer = {"blocks": [section("x" * 3001)]}
    async with asked(socket, server.command("analyst", "data", "/raygen"), answer) as (_, outcome):
        pass

    assert outcome.result().status == "refused"
    assert outcome.result().shown == '/raygen failed with the error "invalid_blocks"'


async def test_only_members_act_in_a_channel(server):
    with pytest.raises(NotPermitted, match="guest is not in random"):
        await server.command("guest", "random", "/raygen")
    with pytest.raises(NotPermitted, match="partner is not in data"):
        await server.say("partner", "data", "hello")
    with pytest.raises(NotVisible, match="There is no channel 'dta'"):
        await server.say("analyst", "dta", "hello")


# --- clicks ---------------------------------------------------------------------------------------------------------


async def test_a_click_carries_the_message_its_place_and_the_action(server, client, socket):
    root = await post(client, section())
    ts = await post(client, actions(button(value="v1"), block_id="b1"), thread_ts=root)

    async with asked(socket, server.click("engineer", "data", ts, "run")) as (envelope, _):
        payload = envelope["payload"]

    assert (payload["type"], payload["message"]["ts"], payload["channel"]["name"]) == ("block_actions", ts, "data")
    assert payload["container"]["thread_ts"] == root
    assert payload["actions"][0] | {"action_ts": ""} == {
        "type": "button",
        "action_id": "run",
        "block_id": "b1",
        "value": "v1",
        "text": {"type": "plain_text", "text": "Run"},
        "action_ts": "",
    }


async def test_a_click_of_somebody_from_another_company_names_their_team(server, client, socket):
    ts = (await client.chat_postMessage(channel="#joint", text="x", blocks=[actions(button())]))["ts"]

    async with asked(socket, server.click("partner", "joint", ts, "run")) as (envelope, _):
        payload = envelope["payload"]

    assert payload["user"]["team_id"] == server.user("partner").team_id
    assert payload["team"]["id"] == server.bot.team_id


async def test_a_click_that_is_not_acked_shows_operation_timeout_and_is_not_repeated(server, client, socket, clock):
    ts = await post(client, actions(button()))
    outcome = asyncio.create_task(server.click("engineer", "data", ts, "run"))
    await socket.next_request()
    clock.advance(3.0)

    assert (await outcome).status == "operation_timeout"


async def test_only_a_button_that_is_there_can_be_pressed(server, client):
    engineer = server.user("engineer").id
    ts = await post(client, actions(button("run"), button("stop", visible_to_user_ids=[engineer])))

    with pytest.raises(NotVisible, match="There is no 'edit' to use here; there are run, stop"):
        await server.click("engineer", "data", ts, "edit")
    with pytest.raises(NotVisible, match="there are run"):
        await server.click("analyst", "data", ts, "stop")
    with pytest.raises(NotVisible, match=r"sees no message 1\.000001"):
        await server.click("analyst", "data", "1.000001", "run")


async def test_an_ephemeral_button_is_there_for_its_reader_only(server, client, socket):
    channel, analyst = server.channel("data").id, server.user("analyst").id
    sent = await client.chat_postEphemeral(channel=channel, user=analyst, text="x", blocks=[actions(button())])

    async with asked(socket, server.click("analyst", "data", sent["message_ts"], "run")) as (envelope, _):
        payload = envelope["payload"]

    assert payload["container"]["is_ephemeral"]
    assert "message" not in payload
    with pytest.raises(NotVisible):
        await server.click("engineer", "data", sent["message_ts"], "run")


@pytest.mark.parametrize(
    ("element", "value", "fields"),
    [
        ({"type": "static_select", "options": [option("a"), option("b")]}, "b", {"selected_option": option("b")}),
        ({"type": "overflow", "options": [option("a")]}, "a", {"selected_option": option("a")}),
        ({"type": "checkboxes", "options": [option("a"), option("b")]}, ["a"], {"selected_options": [option("a")]}),
        ({"type": "datepicker"}, "2026-01-31", {"selected_date": "2026-01-31"}),
        ({"type": "users_select"}, "U1", {"selected_user": "U1"}),
    ],
)
async def test_a_menu_is_used_by_choosing_a_value(server, client, socket, element, value, fields):
    ts = await post(client, section(accessory={**element, "action_id": "m"}))

    async with asked(socket, server.click("analyst", "data", ts, "m", value=value)) as (envelope, _):
        action = envelope["payload"]["actions"][0]

    assert {name: action[name] for name in fields} == fields


async def test_feedback_sends_the_value_of_the_chosen_side(server, client, socket):
    sides = {
        f"{side}_button": {"text": {"type": "plain_text", "text": side}, "value": side}
        for side in ("positive", "negative")
    }
    feedback = {"type": "feedback_buttons", "action_id": "f", **sides}
    ts = await post(client, {"type": "context_actions", "elements": [feedback]})

    async with asked(socket, server.click("analyst", "data", ts, "f", value="negative")) as (envelope, _):
        value = envelope["payload"]["actions"][0]["value"]

    assert value == "negative"


async def test_an_app_without_interactivity_is_never_asked(clock):
    without = manifest()
    without["settings"]["interactivity"]["is_enabled"] = False
    async with SlackServer(without, clock=clock) as server:
        outcome = await server.shortcut("analyst", "ask")

    assert outcome.shown == "This app is not configured to handle interactive responses."


async def test_shortcuts_reach_the_app_by_their_callback_id(server, socket):
    ts = await server.say("analyst", "random", "count the words")
    async with asked(socket, server.shortcut("analyst", "ask")) as (envelope, _):
        globally = envelope["payload"]
    async with asked(socket, server.message_shortcut("analyst", "random", ts, "ray_this")) as (envelope, _):
        on_message = envelope["payload"]

    assert (globally["type"], globally["callback_id"]) == ("shortcut", "ask")
    assert (on_message["type"], on_message["message"]["text"]) == ("message_action", "count the words")
    assert (await server.shortcut("analyst", "ray_this")).status == "refused"


# --- modals ---------------------------------------------------------------------------------------------------------


async def open_modal(server, client, socket, view):
    async with asked(socket, server.shortcut("analyst", "ask")) as (envelope, _):
        await client.views_open(trigger_id=envelope["payload"]["trigger_id"], view=view)
    return server.modals("analyst")[-1]


async def test_a_modal_is_opened_filled_in_and_submitted(server, client, socket):
    await open_modal(server, client, socket, modal(input_block(), callback_id="edit", private_metadata="t1"))

    async with asked(socket, server.submit_view("analyst", {"code": "print(1)"})) as (envelope, _):
        payload = envelope["payload"]

    values = payload["view"]["state"]["values"]
    assert (payload["type"], payload["view"]["callback_id"]) == ("view_submission", "edit")
    assert payload["view"]["private_metadata"] == "t1"
    assert values == {"code_block": {"code": {"type": "plain_text_input", "value": "print(1)"}}}
    assert server.modals("analyst") == []


async def test_files_and_a_chosen_channel_come_with_what_an_app_needs_to_use_them(server, client, socket):
    files = input_block({"type": "file_input", "action_id": "files", "filetypes": ["csv"]}, block_id="files_block")
    where = {"type": "conversations_select", "action_id": "where", "response_url_enabled": True}
    await open_modal(server, client, socket, modal(files, input_block(where, block_id="where_block")))
    ops, filled = server.channel("ops").id, [("a.csv", b"x,y\n")]

    with pytest.raises(NotPermitted, match="none of the kinds"):
        await server.submit_view("analyst", {"files": [("a.exe", b"MZ")], "where": ops})
    async with asked(socket, server.submit_view("analyst", {"files": filled, "where": ops})) as (envelope, _):
        payload = envelope["payload"]

    (file,) = payload["view"]["state"]["values"]["files_block"]["files"]["files"]
    (url,) = payload["response_urls"]
    assert (file["name"], file["size"], file["channels"]) == ("a.csv", 4, [])
    assert (await client.files_info(file=file["id"]))["file"]["name"] == "a.csv"
    assert (url["block_id"], url["action_id"], url["channel_id"]) == ("where_block", "where", ops)
    assert url["response_url"].startswith(server.api_url.removesuffix("/api/"))


async def test_what_is_not_filled_in_keeps_what_it_started_with(server, client, socket):
    await open_modal(server, client, socket, modal(input_block(text_input(initial_value="old"))))

    async with asked(socket, server.submit_view("analyst")) as (envelope, _):
        values = envelope["payload"]["view"]["state"]["values"]

    assert values["code_block"]["code"]["value"] == "old"


async def test_slacks_client_checks_what_is_filled_in(server, client, socket):
    await open_modal(server, client, socket, modal(input_block(text_input(max_length=3))))

    with pytest.raises(NotPermitted, match="has to be filled in"):
        await server.submit_view("analyst")
    with pytest.raises(NotPermitted, match="0 to 3 characters, not 4"):
        await server.submit_view("analyst", {"code": "four"})
    with pytest.raises(NotVisible, match="nothing called prompt"):
        await server.submit_view("analyst", {"code": "x", "prompt": "y"})


@pytest.mark.parametrize(
    ("answer", "titles"),
    [
        (None, []),
        ({"response_action": "clear"}, []),
        ({"response_action": "errors", "errors": {"code_block": "no"}}, ["Edit"]),
        ({"response_action": "update", "view": modal(title={"type": "plain_text", "text": "Two"})}, ["Two"]),
        ({"response_action": "push", "view": modal(title={"type": "plain_text", "text": "Two"})}, ["Edit", "Two"]),
    ],
    ids=["nothing", "clear", "errors", "update", "push"],
)
async def test_the_ack_of_a_submission_decides_about_the_view(server, client, socket, answer, titles):
    await open_modal(server, client, socket, modal(input_block()))

    async with asked(socket, server.submit_view("analyst", {"code": "x"}), answer) as (_, outcome):
        pass

    assert outcome.result().acked
    assert [one.definition["title"]["text"] for one in server.modals("analyst")] == titles


@pytest.mark.parametrize(
    "answer",
    [
        {"response_action": "errors", "errors": {"nowhere": "no"}},
        {"response_action": "update", "view": {"type": "modal", "blocks": []}},
        {"response_action": "close"},
    ],
)
async def test_an_ack_that_slack_cannot_use_shows_trouble_and_keeps_the_modal(server, client, socket, answer):
    await open_modal(server, client, socket, modal(input_block()))

    async with asked(socket, server.submit_view("analyst", {"code": "x"}), answer) as (_, outcome):
        pass

    assert (outcome.result().status, outcome.result().shown) == (
        "refused",
        "We had some trouble connecting. Try again?",
    )
    assert len(server.modals("analyst")) == 1
    assert server.problems


async def test_closing_is_told_only_to_an_app_that_asked_for_it(server, client, socket):
    await open_modal(server, client, socket, modal())
    quiet = await server.close_view("analyst")
    await open_modal(server, client, socket, modal(notify_on_close=True))

    async with asked(socket, server.close_view("analyst")) as (envelope, _):
        kind = envelope["payload"]["type"]

    assert quiet.acked
    assert kind == "view_closed"
    with pytest.raises(NotVisible, match="No modal is open"):
        await server.close_view("analyst")


async def test_a_modal_can_be_updated_by_its_id_and_hash(server, client, socket):
    view = await open_modal(server, client, socket, modal())
    changed = modal(section("new"))

    await client.views_update(view_id=view.id, hash=view.hash, view=changed)

    assert server.modals("analyst")[0].definition["blocks"][0]["text"]["text"] == "new"
    assert await error_of(client.views_update(view_id=view.id, hash=view.hash, view=changed)) == "hash_conflict"
    assert await error_of(client.views_update(view_id="V9", view=changed)) == "not_found"


async def test_a_trigger_is_good_once_and_for_three_seconds(server, client, socket, clock):
    async with asked(socket, server.shortcut("analyst", "ask")) as (envelope, _):
        once = envelope["payload"]["trigger_id"]
    async with asked(socket, server.shortcut("analyst", "ask")) as (envelope, _):
        late = envelope["payload"]["trigger_id"]

    await client.views_open(trigger_id=once, view=modal())
    clock.advance(3.0)

    assert await error_of(client.views_open(trigger_id=once, view=modal())) == "exchanged_trigger_id"
    assert await error_of(client.views_open(trigger_id=late, view=modal())) == "expired_trigger_id"
    assert await error_of(client.views_open(trigger_id="1.2.x", view=modal())) == "invalid_trigger_id"


async def test_a_stack_holds_three_modals(server, client, socket):
    await open_modal(server, client, socket, modal())
    for expected in (2, 3):
        async with asked(socket, server.shortcut("analyst", "ask")) as (envelope, _):
            await client.views_push(trigger_id=envelope["payload"]["trigger_id"], view=modal())
        assert len(server.modals("analyst")) == expected

    async with asked(socket, server.shortcut("analyst", "ask")) as (envelope, _):
        refused = await error_of(client.views_push(trigger_id=envelope["payload"]["trigger_id"], view=modal()))

    assert refused == "push_limit_reached"


async def test_the_home_is_published_and_its_buttons_work(server, client, socket):
    analyst = server.user("analyst").id
    published = await client.views_publish(user_id=analyst, view=home(actions(button("new"))))

    async with asked(socket, server.click_home("analyst", "new")) as (envelope, _):
        payload = envelope["payload"]

    assert payload["container"] == {"type": "view", "view_id": published["view"]["id"]}
    assert "response_url" not in payload
    stale = client.views_publish(user_id=analyst, view=home(), hash="1.x")
    assert await error_of(stale) == "hash_conflict"


# --- response_urls --------------------------------------------------------------------------------------------------


async def answer_to(url, body):
    async with aiohttp.ClientSession() as session, session.post(url, json=body) as answer:
        return answer.status, await answer.json()


async def url_of_a_click(server, client, socket):
    ts = await post(client, actions(button()))
    async with asked(socket, server.click("analyst", "data", ts, "run")) as (envelope, _):
        return ts, envelope["payload"]["response_url"]


async def test_a_response_url_takes_five_answers(server, client, socket):
    _, url = await url_of_a_click(server, client, socket)

    answers = [await answer_to(url, {"text": str(number)}) for number in range(6)]

    assert [status for status, _ in answers] == [200] * 5 + [404]
    assert answers[5][1] == {"ok": False, "error": "used_url"}
    assert [one.text for one in server.ephemerals("analyst")] == ["0", "1", "2", "3", "4"]
    assert [call.error for call in server.calls if call.method == "response_url"] == [None] * 5 + ["used_url"]


async def test_a_response_url_is_good_for_thirty_minutes(server, client, socket, clock):
    _, url = await url_of_a_click(server, client, socket)
    clock.advance(1800)
    in_time = await answer_to(url, {"text": "x"})
    clock.advance(1)

    assert in_time[0] == 200
    assert (await answer_to(url, {"text": "x"}))[1]["error"] == "expired_url"


async def test_a_response_url_replaces_and_deletes_the_original(server, client, socket):
    ts, url = await url_of_a_click(server, client, socket)

    await answer_to(url, {"text": "done", "replace_original": True})
    replaced = server.channel("data").message(ts)
    await answer_to(url, {"delete_original": True})

    assert (replaced.text, replaced.blocks) == ("done", ())
    assert server.channel("data").messages == ()


async def test_an_answer_is_for_the_person_unless_it_is_for_the_channel(server, client, socket):
    ts, url = await url_of_a_click(server, client, socket)

    await answer_to(url, {"text": "for all", "response_type": "in_channel"})
    await answer_to(url, {"text": "for you"})

    assert [one.text for one in server.channel("data").messages if one.ts != ts] == ["for all"]
    assert [one.text for one in server.ephemerals("analyst")] == ["for you"]


async def test_an_answer_is_checked_like_a_message(server, client, socket):
    _, url = await url_of_a_click(server, client, socket)

    too_long = await answer_to(url, {"blocks": [section("x" * 3001)]})
    misspelt = await answer_to(url, {"text": "x", "replace_orginal": True})

    assert (too_long[0], too_long[1]["error"]) == (400, "invalid_blocks")
    assert misspelt[1]["errors"] == ["invalid additional property: replace_orginal"]


async def test_bolts_own_respond_works(server, client):
    app = new_app(server)

    @app.action("run")
    async def handle(ack, respond):
        await ack()
        await respond(text="noted", replace_original=False)

    ts = await post(client, actions(button()))
    async with connected(app, server):
        await server.click("analyst", "data", ts, "run")
        await server.wait_until(lambda: server.ephemerals("analyst"))

    assert server.ephemerals("analyst")[0].text == "noted"
