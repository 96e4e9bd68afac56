"""Shortcuts of a message, and the one that is always there."""

import pytest
from slack_bolt.request.async_request import AsyncBoltRequest

from agents.wire import Generate, Reply
from bot.settings import Settings
from tests.fakes.supervisor import validated

ERROR = "ray.exceptions.RayTaskError: <lambda> failed & burned"


def modal(slack, user="analyst"):
    views = slack.modals(user)
    return views[-1].definition if views else None


async def test_an_error_in_a_message_is_explained_in_its_thread(bot, slack, supervisor, in_data):
    supervisor.answers = [Reply(text="It burned.", model="a script")]
    ts = await slack.say("engineer", "data", ERROR)

    outcome = await slack.message_shortcut("analyst", "data", ts, "explain_ray_error")
    answer = await in_data("It burned.")

    asked = supervisor.asked(Generate)[0]
    assert outcome.acked
    assert answer.thread_ts == ts
    assert asked.prompt.endswith(ERROR)
    assert asked.prompt.startswith("Explain this Ray error")
    assert asked.user_id == slack.user("analyst").id


async def test_a_message_becomes_a_job(bot, slack, supervisor, in_data):
    supervisor.answers = [validated()]
    ts = await slack.say("engineer", "data", "count the words of our logs")

    await slack.message_shortcut("analyst", "data", ts, "make_ray_job")
    card = await in_data("code_card")

    assert card.thread_ts == ts
    assert supervisor.asked(Generate)[0].prompt == "Make this a Ray job.\n\ncount the words of our logs"


async def test_what_an_app_says_in_blocks_can_be_explained_too(bot, slack, supervisor, in_data):
    supervisor.answers = [validated(), Reply(text="It says hello.", model="a script")]
    await slack.command("analyst", "data", "/raygen", "say hello")
    card = await in_data("code_card")

    await slack.message_shortcut("analyst", "data", card.ts, "explain_ray_error")
    await in_data("It says hello.")

    assert 'print("Hello")' in supervisor.asked(Generate)[1].prompt


async def test_a_message_that_is_only_a_file_is_answered(bot, slack, supervisor, whispered):
    ts = await slack.say("engineer", "data", "", files=[("trace.txt", b"Traceback")])

    await slack.message_shortcut("analyst", "data", ts, "explain_ray_error")

    await whispered("has no text that I could work with")
    assert supervisor.requests == []


async def test_where_raygen_is_no_member_it_says_how_to_invite_it(bot, slack, supervisor, whispered):
    ts = await slack.say("engineer", "random", ERROR)

    await slack.message_shortcut("analyst", "random", ts, "explain_ray_error")

    await whispered("/invite @raygen")


async def test_who_may_not_ask_may_not_by_a_shortcut(bot, slack, supervisor, whispered):
    ts = await slack.say("engineer", "data", ERROR)

    await slack.message_shortcut("guest", "data", ts, "make_ray_job")
    await slack.shortcut("guest", "ask_raygen")
    view = await slack.wait_until(lambda: modal(slack, "guest"), 20)

    await whispered("Guests cannot ask for code", "guest")
    assert "Guests cannot ask for code" in str(view["blocks"])
    assert "submit" not in view


async def test_a_refusal_that_cannot_be_told_anywhere_is_acknowledged_all_the_same(bot, slack, supervisor):
    guest, home = slack.user("guest"), slack.bot.team_id
    shortcut = {
        "type": "message_action",
        "callback_id": "explain_ray_error",
        "trigger_id": "1.2.3",
        "user": {"id": guest.id, "team_id": home},
        "team": {"id": home},
        "channel": {"id": slack.channel("data").id},
        "message": {"type": "message", "ts": "1.2", "text": ERROR},
    }

    answer = await bot.app.async_dispatch(AsyncBoltRequest(body=shortcut, mode="socket_mode"))

    assert answer.status == 200
    assert supervisor.requests == []


@pytest.fixture
async def form(bot, slack):
    await slack.shortcut("analyst", "ask_raygen")
    return await slack.wait_until(lambda: modal(slack), 20)


async def test_the_global_shortcut_opens_a_thread_in_the_channel_that_is_chosen(slack, supervisor, form, in_data):
    supervisor.answers = [validated()]

    outcome = await slack.submit_view(
        "analyst", {"prompt": "sort <numbers> & more", "channel": slack.channel("ops").id}
    )
    root = await in_data("sort <numbers> & more", channel="ops")
    card = await in_data("code_card", channel="ops")

    assert dict(outcome.payload) == {}
    assert card.thread_ts == root.ts
    assert "10.0.0.1" in str(form["blocks"])
    assert "file_input" not in str(form["blocks"])


async def test_a_channel_without_raygen_is_said_to_its_asker(slack, form, whispered):
    await slack.submit_view("analyst", {"prompt": "sort numbers", "channel": slack.channel("random").id})

    await whispered("/invite @raygen")


async def test_a_request_without_words_stands_below_its_field(slack, supervisor, form):
    outcome = await slack.submit_view("analyst", {"prompt": "   ", "channel": slack.channel("data").id})

    assert "Tell me what the code should do" in outcome.payload["errors"]["prompt"]
    assert supervisor.requests == []


async def test_a_form_that_is_submitted_twice_is_one_request(slack, supervisor, form, in_data):
    supervisor.answers = [validated(), validated("print(2)")]
    filled = {"prompt": "sort numbers", "channel": slack.channel("data").id}
    (view,) = slack.modals("analyst")

    await slack.submit_view("analyst", filled)
    slack.platform.workspace.views[view.id] = view
    await slack.submit_view("analyst", filled)
    await in_data("code_card")

    assert len(supervisor.asked(Generate)) == 1


class TestWithAStoreForFiles:
    @pytest.fixture
    def settings(self):
        return Settings(cluster="10.0.0.1", files_store="s3://bucket/prefix", region="us-east-1")

    async def test_the_form_takes_files(self, form):
        kinds = [block["element"]["type"] for block in form["blocks"] if block["type"] == "input"]

        assert kinds == ["plain_text_input", "conversations_select", "file_input"]
