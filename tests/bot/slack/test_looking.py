"""What a person looks at beside the agent's conversation: prompts about it, and requests that go by it."""

import pytest
from slack_bolt.request.async_request import AsyncBoltRequest
from sqlalchemy import select

from agents.wire import Generate
from bot.blocks.help import SUGGESTED_PROMPTS
from bot.blocks.viewed import prompts_about
from bot.settings import Settings
from bot.store.models import Turn
from bot.store.retention import Keep, Retention
from tests.bot.slack.conftest import SECONDS, _until_listeners_are_done, connected
from tests.bot.store.test_retention import EVERYTHING, age
from tests.bot.workspaces.conftest import until
from tests.fakes.supervisor import validated

ABOUT = [title for title, _ in prompts_about("Say hello")]
STANDARD = [title for title, _ in SUGGESTED_PROMPTS]


def suggested(slack):
    """The titles of the prompts that Slack was given, each time."""
    calls = [call for call in slack.calls if call.method == "assistant.threads.setSuggestedPrompts"]
    return [[prompt["title"] for prompt in call.args["prompts"]] for call in calls]


async def until_suggested(slack, *titles):
    await slack.wait_until(lambda: suggested(slack) == list(titles) or None, SECONDS)


def message(channel, ts, **more):
    value = {"channel_id": channel, "message_ts": ts}
    return {"type": "slack#/types/message_context", "value": value, **more}


NOW = 1_700_000_000


async def told(bot, slack, context, user="analyst", at=None, **more):
    """Give the bot the event as Slack would, `at` seconds after NOW, and wait until it has been heard."""
    who = {"user": slack.user(user).id, "channel": direct(slack, user)}
    event = {"type": "app_context_changed", "context": context, **who}
    body = {"type": "event_callback", "team_id": slack.bot.team_id, "event": event, **more}
    if at is not None:
        body["event"]["event_ts"] = f"{NOW + at:.6f}"
    answer = await bot.app.async_dispatch(AsyncBoltRequest(body=body, mode="socket_mode"))
    await _until_listeners_are_done()
    return answer.status


def direct(slack, user="analyst"):
    """The conversation of somebody with Raygen."""
    return slack.channel(user).id


async def all_delivered(database):
    async with database.reading() as session:
        return not (await session.scalars(select(Turn.id).where(Turn.delivered.is_(False)))).all()


async def test_who_looks_at_a_thread_with_a_program_is_offered_prompts_about_it(slack, card):
    await slack.look("analyst", "data", card.thread_ts)

    await slack.open_home("analyst", "messages")

    await until_suggested(slack, ABOUT)
    assert len(ABOUT) == 4


async def test_looking_elsewhere_brings_the_standard_prompts_back_and_says_nothing_more(slack, card):
    await slack.open_home("analyst", "messages")
    await until_suggested(slack, STANDARD)
    await slack.look("analyst", "data", card.thread_ts)
    await until_suggested(slack, STANDARD, ABOUT)

    await slack.look("analyst", "data")

    await until_suggested(slack, STANDARD, ABOUT, STANDARD)


async def test_from_standard_prompts_to_standard_prompts_nothing_is_said_to_slack(bot, slack, card):
    assert await told(bot, slack, {}) == 200
    assert await told(bot, slack, {"entities": [{"type": "slack#/types/channel_id", "value": "C1"}]}) == 200
    assert await told(bot, slack, {"entities": [message(slack.channel("data").id, "1.1")]}) == 200

    said = {call.method for call in slack.calls}
    assert said.isdisjoint({"assistant.threads.setSuggestedPrompts", "conversations.open"})


async def test_another_replica_brings_the_standard_prompts_back(bot, slack, settings, database, supervisor, card):
    context = {"entities": [message(slack.channel("data").id, card.thread_ts)]}
    async with connected(slack, settings, database, supervisor) as other:
        await told(bot, slack, context)
        await told(other, slack, {})
        await told(bot, slack, {})

    assert suggested(slack) == [ABOUT, STANDARD]


async def test_prompts_that_slack_did_not_take_back_are_taken_back_the_next_time(bot, slack, card):
    await told(bot, slack, {"entities": [message(slack.channel("data").id, card.thread_ts)]})

    slack.faults.answer("assistant.threads.setSuggestedPrompts", "fatal_error")
    await told(bot, slack, {})
    await told(bot, slack, {})
    await told(bot, slack, {})

    assert suggested(slack) == [ABOUT, STANDARD, STANDARD]


async def test_an_event_that_comes_late_changes_nothing(bot, slack, card):
    context = {"entities": [message(slack.channel("data").id, card.thread_ts)]}
    await told(bot, slack, {}, at=2)

    await told(bot, slack, context, at=1)
    await told(bot, slack, context, at=3)
    await told(bot, slack, {}, at=2)

    assert suggested(slack) == [ABOUT]


async def test_an_event_without_a_conversation_has_it_asked_for(bot, slack, card):
    context = {"entities": [message(slack.channel("data").id, card.thread_ts)]}
    event = {"type": "app_context_changed", "context": context, "user": slack.user("analyst").id}

    for channel in (direct(slack), "", "C0DATA"):
        await told(bot, slack, context, event={**event, "channel": channel})

    given = [call for call in slack.calls if call.method == "assistant.threads.setSuggestedPrompts"]
    assert [call.args["channel_id"] for call in given] == [direct(slack)] * 3
    assert len([call for call in slack.calls if call.method == "conversations.open"]) == 2


async def test_an_unfriendly_title_is_text_in_a_prompt(bot, slack, supervisor, in_data):
    supervisor.answers = [validated(title="<!channel> & \u202e<https://evil.example|x>\n" * 9)]
    ts = await slack.say("analyst", "data", "@raygen sort numbers")
    await in_data("code_card")

    await told(bot, slack, {"entities": [message(slack.channel("data").id, ts)]})

    (prompts,) = suggested(slack)
    assert not any(each in str(prompts) for each in ("<", ">", "&", "\u202e", "\\n"))
    assert max(map(len, prompts)) < 70


async def test_a_direct_message_goes_by_the_program_that_its_writer_looks_at(slack, supervisor, card, in_data):
    supervisor.answers = [validated("print(8)")]
    await slack.look("analyst", "data", card.thread_ts)

    ts = await slack.say("analyst", "analyst", "make it use 8 workers")
    answer = await in_data("code_card", channel="analyst")

    asked = supervisor.asked(Generate)[-1]
    line = await in_data("Going by «Say hello»", channel="analyst")
    assert (asked.prompt, asked.code) == ("make it use 8 workers", validated().code)
    assert [past.prompt for past in asked.history] == ["say hello"]
    assert asked.versions == ()
    assert answer.thread_ts == line.thread_ts == ts
    assert {"type": "channel", "channel_id": slack.channel("data").id} in line.blocks[0]["elements"][0]["elements"]


async def test_replies_to_that_answer_go_on_from_it(slack, supervisor, card, in_data):
    supervisor.answers = [validated("print(8)"), validated("print(16)")]
    await slack.look("analyst", "data", card.thread_ts)
    ts = await slack.say("analyst", "analyst", "make it use 8 workers")
    await in_data("code_card", channel="analyst")

    await slack.say("analyst", "analyst", "now 16", thread_ts=ts)
    await in_data("code_card", channel="analyst", number=2)

    asked = supervisor.asked(Generate)[-1]
    assert asked.code == "print(8)"
    assert [past.prompt for past in asked.history] == ["say hello", "make it use 8 workers"]
    assert [version.number for version in asked.versions] == [1]
    assert len([m for m in slack.channel("analyst").messages if "Going by" in m.text]) == 1


async def test_regenerate_starts_from_the_program_that_was_taken_along(slack, supervisor, card, in_data):
    supervisor.answers = [validated("print(8)"), validated("print(9)")]
    await slack.look("analyst", "data", card.thread_ts)
    await slack.say("analyst", "analyst", "make it use 8 workers")
    answer = await in_data("code_card", channel="analyst")

    await slack.click("analyst", "analyst", answer.ts, "regenerate")
    await in_data("code_card", channel="analyst", number=2)

    assert supervisor.asked(Generate)[-1].code == validated().code


async def test_what_is_delivered_twice_goes_by_the_first_program_alone(slack, supervisor, card, in_data):
    supervisor.answers = [validated("print(8)"), validated("print(9)")]
    slack.faults.duplicate_events(1)
    await slack.look("analyst", "data", card.thread_ts)

    await slack.say("analyst", "analyst", "make it use 8 workers")
    await in_data("code_card", channel="analyst")
    await slack.say("analyst", "analyst", "make it use 9 workers")
    await in_data("code_card", channel="analyst", number=2)

    assert len(supervisor.asked(Generate)) == 3
    assert len([m for m in slack.channel("analyst").messages if "Going by" in m.text]) == 2


async def test_a_standard_prompt_and_a_reply_are_about_no_other_program(slack, supervisor, card, in_data):
    supervisor.answers = [validated("print(1)"), validated("print(2)")]
    await slack.look("analyst", "data", card.thread_ts)

    ts = await slack.say("analyst", "analyst", SUGGESTED_PROMPTS[1][1])
    await in_data("code_card", channel="analyst")
    await slack.say("analyst", "analyst", "in red", thread_ts=ts)
    await in_data("code_card", channel="analyst", number=2)

    assert [asked.code for asked in supervisor.asked(Generate)] == [None, None, "print(1)"]


async def asked_beside(slack, supervisor, in_data, context, user="analyst"):
    """What the supervisor is asked when somebody writes while Slack says that they look at `context`."""
    supervisor.answers = [validated("print('on its own')")]
    slack.platform.looked_at[slack.user(user).id] = context
    await slack.say(user, user, "make it use 8 workers")
    await in_data("code_card", channel=user)
    asked = supervisor.asked(Generate)[-1]
    return asked.code, asked.history


ODD = {
    "no object": lambda _: "everything",
    "a list": lambda _: [1, 2],
    "entities of another kind": lambda _: {"entities": {"type": "x"}},
    "entities that are none": lambda _: {"entities": [None, 1, "x", [], {}, {"type": ["x"], "value": {}}]},
    "types that nobody knows": lambda _: {"entities": [{"type": "slack#/types/thread_ts", "value": "1.1"}]},
    "values of wrong types": lambda place: {"entities": [message(place[0], 7), message(*place)]},
    "no value": lambda _: {"entities": [{"type": "slack#/types/message_context"}]},
    "a ts of 2 MB": lambda place: {"entities": [message(place[0], "1" * 2_000_000)]},
    "a null character": lambda place: {"entities": [message(place[0], place[1] + "\x00")]},
    "another message": lambda place: {"entities": [message(place[0], "1.1")]},
    "another channel": lambda place: {"entities": [message("C0OTHER", place[1])]},
    "another workspace": lambda place: {"entities": [message(*place, team_id="T0OTHER")]},
    "ten thousand entities before": lambda place: {"entities": [{"type": "x"}] * 10_000 + [message(*place)]},
}


@pytest.mark.parametrize("context", ODD.values(), ids=ODD)
async def test_an_odd_context_is_as_none(bot, slack, supervisor, card, in_data, context):
    odd = context((slack.channel("data").id, card.thread_ts))

    heard = await told(bot, slack, odd)
    asked = await asked_beside(slack, supervisor, in_data, odd)

    assert heard == 200
    assert suggested(slack) == []
    assert asked == (None, ())


@pytest.mark.parametrize(
    "who",
    [
        {},
        {"user": None},
        {"user": {"a": 1}},
        {"user": "U" * 100},
    ],
)
async def test_an_event_that_names_nobody_is_heard_and_nothing_is_done(bot, slack, card, who):
    """Slack's example names nobody; an authorization says whose installation hears of it, not who looks."""
    context = {"entities": [message(slack.channel("data").id, card.thread_ts)]}
    event = {"type": "app_context_changed", "context": context, **who}
    authorized = {"team_id": slack.bot.team_id, "user_id": slack.user("analyst").id, "is_bot": False}

    assert await told(bot, slack, context, event=event, authorizations=[authorized]) == 200

    assert suggested(slack) == []


async def test_a_program_that_is_no_longer_kept_is_not_gone_by(bot, slack, supervisor, card, in_data, database):
    context = {"entities": [message(slack.channel("data").id, card.thread_ts)]}
    await told(bot, slack, context)
    await until(lambda: all_delivered(database))
    await age(database, *EVERYTHING)
    await Retention(database, Keep(code=30)).forget()

    await told(bot, slack, context)
    asked = await asked_beside(slack, supervisor, in_data, context)

    assert suggested(slack) == [ABOUT, STANDARD]
    assert asked == (None, ())


async def test_somebody_elses_direct_conversation_with_raygen_stays_theirs(bot, slack, supervisor, in_data):
    supervisor.answers = [validated("print('secret')")]
    ts = await slack.say("analyst", "analyst", "my secret")
    await in_data("code_card", channel="analyst")
    context = {"entities": [message(slack.channel("analyst").id, ts)]}

    await told(bot, slack, context, "engineer")
    asked = await asked_beside(slack, supervisor, in_data, context, "engineer")

    assert suggested(slack) == []
    assert asked == (None, ())


class TestWhereOnlySomeMayAsk:
    @pytest.fixture
    def settings(self, slack):
        """In #data the analyst alone may ask."""
        return Settings(
            cluster="10.0.0.1",
            follow_wait_seconds=0,
            channel_roles={slack.channel("data").id: {"ask": [slack.user("analyst").id]}},
        )

    async def test_a_program_is_for_those_who_may_ask_there(self, bot, slack, supervisor, card, in_data):
        context = {"entities": [message(slack.channel("data").id, card.thread_ts)]}

        await told(bot, slack, context, "engineer")
        asked = await asked_beside(slack, supervisor, in_data, context, "engineer")

        assert suggested(slack) == []
        assert asked == (None, ())


@pytest.mark.parametrize("user", ["guest", "partner"])
async def test_who_may_not_ask_anywhere_is_offered_nothing_of_a_program(bot, slack, card, user):
    await told(bot, slack, {"entities": [message(slack.channel("data").id, card.thread_ts)]}, user)

    assert suggested(slack) == []


async def test_a_mention_takes_nothing_along(slack, supervisor, card, in_data):
    supervisor.answers = [validated("print(2)")]
    await slack.look("analyst", "data", card.thread_ts)

    await slack.say("analyst", "data", "@raygen make it use 8 workers")
    await in_data("code_card", number=2)

    assert supervisor.asked(Generate)[-1].code is None
