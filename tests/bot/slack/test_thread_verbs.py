"""Verbs in a thread, whose replies are answered, and what one asks of Raygen itself."""

import pytest

from agents.wire import Execute, Generate, JobReport, Stop
from bot.settings import Settings
from tests.fakes.supervisor import validated

DONE = JobReport(status="succeeded", output="Hello\n", log_offset=6)
RUNNING = JobReport(status="running", output="a\n", log_offset=2)


@pytest.fixture
def says(slack, card):
    async def says(text, user="analyst"):
        return await slack.say(user, "data", text, thread_ts=card.thread_ts)

    return says


async def test_run_runs_the_newest_validated_version_once_for_a_message(slack, supervisor, says, in_data):
    supervisor.reports = [DONE]
    slack.faults.duplicate_events(2)

    await says("@raygen run", "engineer")
    await in_data("ended_run")
    await says("@raygen Run again!", "engineer")
    second = await in_data("ended_run", number=2)

    assert "run 2 by" in str(second.blocks)
    assert len({e.run_id for e in supervisor.asked(Execute)}) == 2
    assert {e.user_id for e in supervisor.asked(Execute)} == {slack.user("engineer").id}
    assert list(slack.ephemerals("engineer")) == []


async def test_stop_stops_what_runs_in_the_thread(slack, supervisor, says, in_data, whispered):
    supervisor.reports = [RUNNING]
    await says("@raygen run")
    await in_data("Running*")

    await says("@raygen stop")
    await whispered("I am stopping it")
    supervisor.reports = [JobReport(status="stopped", log_offset=2)]
    await in_data("ended_run")

    assert supervisor.asked(Stop)
    await says("@raygen stop")
    await whispered("Nothing is being worked on in this thread.")


async def test_status_says_in_one_sentence_what_goes_on(slack, supervisor, says, in_data, whispered):
    await says("@raygen status")
    await whispered("The newest program is version 1, which ran when it was validated.")
    supervisor.reports = [RUNNING]
    await says("@raygen run")
    await in_data("Running*")

    await says("@raygen status")

    await whispered("A program runs on 10.0.0.1")
    supervisor.reports = [DONE]
    await in_data("ended_run")


async def test_diff_compares_the_newest_version_with_the_one_before(slack, supervisor, says, in_data, whispered):
    await says("@raygen diff")
    await whispered("There is nothing to compare")
    supervisor.answers = [validated("print('other')\n")]
    await says("make it other")
    await in_data("code_card", number=2)

    await says("@raygen diff")

    told = await whispered("From version 1 to version 2:")
    assert "+print(" in str(told.blocks)


async def test_a_version_is_gone_back_to_by_its_number(slack, supervisor, says, in_data):
    supervisor.answers = [validated()]

    await says("@raygen version 1")
    await in_data("code_card", number=2)

    assert supervisor.asked(Generate)[-1].prompt == "go back to version 1"


async def test_a_verb_without_a_mention_does_nothing_and_says_what_would(slack, supervisor, says, whispered):
    await says("run", "engineer")

    await whispered("write «@raygen run»", "engineer")

    assert supervisor.asked(Execute) == []
    assert len(supervisor.asked(Generate)) == 1


async def test_in_a_direct_message_no_mention_is_needed(slack, supervisor, bot, in_data):
    supervisor.answers, supervisor.reports = [validated()], [DONE]
    ts = await slack.say("analyst", "analyst", "say hello")
    await in_data("code_card", channel="analyst")

    await slack.say("analyst", "analyst", "run", thread_ts=ts)

    await in_data("ended_run", channel="analyst")


@pytest.mark.parametrize(
    ("text", "user", "sentence"), [("run", "guest", "Guests cannot run"), ("stop", "guest", "Guests cannot")]
)
async def test_who_may_not_do_it_by_a_button_may_not_do_it_by_a_verb(
    slack, supervisor, says, whispered, text, user, sentence
):
    await says(f"@raygen {text}", user)

    await whispered(sentence, user)
    assert supervisor.asked(Execute) == []


@pytest.mark.parametrize("text", ["run", "version 3"])
async def test_a_verb_where_there_is_no_program_is_answered_and_asks_nobody(slack, supervisor, bot, whispered, text):
    await slack.say("analyst", "data", f"@raygen {text}")

    await whispered("There is no program here")
    assert supervisor.requests == []


@pytest.fixture
def settings(request):
    replies = getattr(request, "param", {})
    return Settings(cluster="10.0.0.1", follow_wait_seconds=0, unreachable_limit_seconds=0, channel_replies=replies)


@pytest.mark.parametrize(
    ("settings", "answered"),
    [
        ({"*": "mention"}, ["third"]),
        ({"*": "owner"}, ["first", "third"]),
        ({}, ["first", "second", "third"]),
    ],
    indirect=["settings"],
)
async def test_a_channel_decides_whose_replies_are_answered(slack, supervisor, says, in_data, answered):
    supervisor.answers = [validated(f"print({number})") for number in range(3)]

    for text, user in (("first", "analyst"), ("second", "engineer"), ("@raygen third", "engineer")):
        await says(text, user)
    await in_data("code_card", number=1 + len(answered))

    assert sorted(request.prompt for request in supervisor.asked(Generate)[1:]) == sorted(answered)


async def test_my_status_is_empty_or_lists_what_i_wait_for(slack, supervisor, says, in_data):
    empty = await slack.command("analyst", "data", "/raygen", "status")
    supervisor.reports = [RUNNING]
    await says("@raygen run")
    await in_data("Running*")

    busy = await slack.command("analyst", "data", "/raygen", "status")

    assert "Nothing of yours" in str(empty.payload)
    assert "Say hello" in str(busy.payload)
    assert "1 under way, 0 in the queue" in str(busy.payload)
    supervisor.reports = [DONE]
    await in_data("ended_run")


async def test_a_channels_settings_are_told(slack, bot):
    outcome = await slack.command("analyst", "data", "/raygen", "settings")

    told = str(outcome.payload)
    assert "10.0.0.1" in told
    assert "I answer every reply" in told
    assert "guests may not" in told
