import asyncio

import pytest

from agents.wire import Execute, Follow, Generate, JobReport, OutputPart, Stop, WireError
from sandbox.slack import NotVisible
from tests.bot.slack.conftest import connected, press
from tests.fakes.supervisor import unreachable, validated

FAILED = JobReport(
    status="failed",
    exit_code=1,
    error=WireError(code="job_failed", message="The program ended with ZeroDivisionError in line 3."),
    traceback="Traceback (most recent call last):\n  line 3\nZeroDivisionError",
)
DONE = JobReport(status="succeeded", output="Hello\n", log_offset=6)
LOGGED = DONE.model_copy(
    update={
        "output": "Hello\nConnecting\n",
        "parts": (
            OutputPart(characters=6, stream="stdout", pid="7", name="f"),
            OutputPart(characters=11, stream="ray"),
        ),
    }
)


async def test_run_executes_the_stored_code_and_shows_its_output(slack, supervisor, card, in_data):
    supervisor.reports = [DONE]

    await press(slack, card, "run_code")
    result = await in_data("ended_run")

    (execute,) = supervisor.asked(Execute)
    assert execute.code == validated().code
    assert execute.user_id == slack.user("analyst").id
    assert "Hello" in str(result.blocks)


async def test_two_clicks_at_once_are_one_run_and_the_second_person_is_told(
    slack, supervisor, card, in_data, whispered
):
    supervisor.reports = [DONE]

    outcomes = await asyncio.gather(press(slack, card, "run_code"), press(slack, card, "run_code", "engineer"))
    await in_data("ended_run")

    assert all(o.acked for o in outcomes)
    assert len({e.run_id for e in supervisor.asked(Execute)}) == 1
    told = [m for user in ("analyst", "engineer") for m in slack.ephemerals(user)]
    assert len([m for m in told if "started already" in str(m.blocks)]) == 1


@pytest.fixture
async def ended_run(slack, supervisor, card, in_data):
    """The card of a run that has succeeded."""
    supervisor.reports = [DONE]
    await press(slack, card, "run_code")
    return await in_data("ended_run")


async def test_the_full_log_is_read_from_the_cluster_when_somebody_asks(slack, supervisor, ended_run, in_data):
    supervisor.reports = [LOGGED]

    await press(slack, ended_run, "full_log")

    shown = await in_data("full_log_run_1.txt")
    assert supervisor.asked(Follow)[-1].sources
    (file,) = shown.files
    assert file.content.decode() == "f pid=7      | Hello\ndriver (ray) | Connecting"


async def test_two_who_ask_for_the_full_log_get_one_and_the_second_is_told(
    slack, supervisor, ended_run, in_data, whispered
):
    supervisor.reports = [LOGGED]

    await asyncio.gather(press(slack, ended_run, "full_log"), press(slack, ended_run, "full_log", "engineer"))
    await in_data("full_log_run_1.txt")
    await press(slack, ended_run, "full_log")

    await whispered("or on its way there")
    assert [f.name for m in slack.channel("data").messages for f in m.files].count("say_hello_full_log_run_1.txt") == 1


async def test_a_log_that_the_cluster_no_longer_has_may_be_asked_for_again(
    slack, supervisor, ended_run, in_data, whispered
):
    supervisor.reports = [JobReport(status="lost"), LOGGED]

    await press(slack, ended_run, "full_log")
    await whispered("no longer has this run's log")
    await press(slack, ended_run, "full_log")

    await in_data("full_log_run_1.txt")


async def test_a_failed_run_is_fixed_from_its_traceback(slack, supervisor, card, in_data):
    supervisor.reports = [FAILED]
    supervisor.answers = [validated("print('fixed')")]
    await press(slack, card, "run_code")

    await press(slack, await in_data("ended_run"), "fix_run")
    await in_data("code_card", number=2)

    fix = supervisor.asked(Generate)[1]
    assert "ZeroDivisionError" in fix.prompt
    assert fix.code == validated().code


async def test_what_a_failed_run_has_said_reaches_no_model_with_a_secret_in_it(slack, supervisor, card, in_data):
    key = "AKIA" + "QWERTZUIOPASDFGH"
    supervisor.reports = [FAILED.model_copy(update={"traceback": f"KeyError: '{key}'"})]
    supervisor.answers = [validated("print('fixed')")]
    await press(slack, card, "run_code")

    await press(slack, await in_data("ended_run"), "fix_run")
    await in_data("code_card", number=2)

    fix = supervisor.asked(Generate)[1]
    assert "KeyError" in fix.prompt
    assert key not in fix.prompt


async def test_regenerate_asks_again_and_a_second_press_says_that_it_is_at_work(
    slack, supervisor, card, in_data, whispered
):
    supervisor.answers = [validated("print('other')")]

    await press(slack, card, "regenerate")
    await press(slack, card, "regenerate", "engineer")
    await in_data("code_card", number=2)
    await whispered("being worked on already", "engineer")

    assert [r.prompt for r in supervisor.asked(Generate)] == ["say hello", "say hello"]


async def test_try_again_after_a_failure_keeps_what_was_asked(bot, slack, supervisor, in_data):
    supervisor.answers = [unreachable(), validated()]
    await slack.command("analyst", "data", "/raygen", "say hello")
    failed = await in_data("failed_card")

    await press(slack, failed, "try_again")
    card = await in_data("code_card")

    assert "The agent does not answer" in str(failed.blocks)
    assert card.thread_ts == failed.thread_ts


async def test_a_second_stop_says_that_it_is_being_stopped(slack, supervisor, card, in_data):
    supervisor.reports = [JobReport(status="running", output="a\n", log_offset=2)]
    await press(slack, card, "run_code")
    live = await in_data("live_run")
    await in_data("Running*")

    await asyncio.gather(press(slack, live, "stop_run"), press(slack, live, "stop_run", "engineer"))
    supervisor.reports = [JobReport(status="stopped", output="", log_offset=2)]
    ended = await in_data("ended_run")

    told = [m for user in ("analyst", "engineer") for m in slack.ephemerals(user)]
    assert len([m for m in told if "nothing left to stop" in str(m.blocks)]) == 1
    assert "Stopped* by" in str(ended.blocks)
    assert supervisor.asked(Stop)


async def test_somebody_who_may_not_run_is_refused_at_the_click(slack, supervisor, card, whispered):
    outcome = await press(slack, card, "run_code", "guest")

    await whispered("Guests cannot run code", "guest")

    assert outcome.acked
    assert supervisor.asked(Execute) == []


async def test_a_slack_that_fails_for_a_while_gets_each_message_once(slack, supervisor, card, in_data):
    supervisor.reports = [DONE]
    slack.faults.drop("chat.postMessage", times=1, after_effect=True)
    slack.faults.fail("chat.update", times=2)
    slack.faults.rate_limit("chat.update", times=1, retry_after=1)

    await press(slack, card, "run_code")
    await in_data("ended_run")

    thread = slack.channel("data").thread(card.thread_ts)
    assert [("code_card" in str(m.blocks), "Finished" in m.text) for m in thread if m.blocks][1:] == [
        (True, False),
        (False, True),
    ]


async def test_a_snippet_whose_sharing_went_unanswered_is_shared_once(bot, slack, supervisor, in_data):
    slack.faults.drop("files.completeUploadExternal", times=1, after_effect=True)
    supervisor.answers = [validated()]

    await slack.command("analyst", "data", "/raygen", "say hello")
    await in_data("say_hello.py")
    card = await in_data("code_card")
    supervisor.reports = [DONE]
    await press(slack, card, "run_code")
    await in_data("ended_run")

    assert len([m for m in slack.channel("data").messages if m.files]) == 1


async def test_two_replicas_on_one_store_do_everything_once(slack, settings, database, supervisor, bot, in_data):
    supervisor.answers = [validated(f"print({i})") for i in range(6)]
    supervisor.reports = [DONE]

    async with connected(slack, settings, database, supervisor):
        for i in range(6):
            await slack.command("analyst", "data", "/raygen", f"say hello {i}")
        await in_data("code_card", number=6)
        for card in [m for m in slack.channel("data").messages if "code_card" in str(m.blocks)]:
            await asyncio.gather(press(slack, card, "run_code"), press(slack, card, "run_code", "engineer"))
        await in_data("ended_run", number=6)

    messages = slack.channel("data").messages
    assert len([m for m in messages if "code_card" in str(m.blocks)]) == 6
    assert len([m for m in messages if "ended_run" in str(m.blocks)]) == 6
    assert len({e.run_id for e in supervisor.asked(Execute)}) == 6


class TestWhereTheChannelNamesWhoMayRun:
    @pytest.fixture
    def settings(self, settings, slack):
        return settings.model_copy(update={"channel_roles": {"*": {"run": (slack.user("engineer").id,)}}})

    async def test_run_is_shown_to_them_and_to_nobody_else(self, bot, slack, supervisor, in_data):
        supervisor.answers, supervisor.reports = [validated()], [DONE]
        await slack.command("analyst", "data", "/raygen", "say hello")
        card = await in_data("code_card")

        with pytest.raises(NotVisible):
            await slack.click("analyst", "data", card.ts, "run_code")
        await slack.click("engineer", "data", card.ts, "run_code")

        await in_data("ended_run")
