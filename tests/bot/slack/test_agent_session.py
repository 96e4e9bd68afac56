"""What Slack shows of Raygen's work in a thread, and Slack's own Stop."""

import asyncio

import pytest

from agents.wire import Generate, JobReport, Reply, Stop
from tests.bot.slack.conftest import SECONDS, press
from tests.fakes.supervisor import ScriptedSupervisor, validated

DONE = JobReport(status="succeeded", output="Hello\n", log_offset=6)
RUNNING = JobReport(status="running", output="a\n", log_offset=2)


class Unending(ScriptedSupervisor):
    """Writes until it is hung up on."""

    async def generate(self, request: Generate):
        self.requests.append(request)
        await asyncio.Event().wait()
        yield


@pytest.fixture
def shown(slack):
    """Wait until the session of the only thread in #data has had these statuses, in this order."""

    async def shown(*statuses):
        def look():
            calls = [one for one in slack.calls if one.method == "agents.sessions.setStatus"]
            return [one.args["status"] for one in calls] == list(statuses) and calls

        return await slack.wait_until(look, SECONDS)

    return shown


async def test_a_thread_is_at_work_until_its_program_waits_for_run(bot, slack, supervisor, shown):
    supervisor.answers = [validated()]

    await slack.command("analyst", "data", "/raygen", "say   hello")

    begun, _ = await shown("processing", "suspended")
    assert begun.args["title"] == "say hello"


async def test_a_thread_is_at_rest_after_words(bot, slack, supervisor, shown):
    supervisor.answers = [Reply(text="You are welcome.", model="a script")]

    await slack.command("analyst", "data", "/raygen", "thanks")

    await shown("processing", "active")


async def test_a_run_is_work_until_it_has_ended(bot, slack, supervisor, shown, in_data):
    supervisor.answers, supervisor.reports = [validated()], [DONE]
    await slack.command("analyst", "data", "/raygen", "say hello")
    card = await in_data("code_card")

    await press(slack, card, "run_code")

    await shown("processing", "suspended", "processing", "active")


async def test_slacks_own_stop_ends_the_run_of_the_thread(bot, slack, supervisor, in_data):
    supervisor.answers, supervisor.reports = [validated()], [RUNNING]
    await slack.command("analyst", "data", "/raygen", "say hello")
    card = await in_data("code_card")
    await press(slack, card, "run_code")
    await in_data("Running*")

    await slack.stop_session("analyst", "data", card.thread_ts)
    await slack.wait_until(lambda: supervisor.asked(Stop), SECONDS)
    supervisor.reports = [JobReport(status="stopped", output="", log_offset=2)]

    assert "Stopped* by" in str((await in_data("ended_run")).blocks)


class TestWhileCodeIsWritten:
    @pytest.fixture
    def supervisor(self):
        return Unending()

    async def test_slacks_own_stop_ends_the_request(self, bot, slack, supervisor, in_data, shown):
        await slack.command("analyst", "data", "/raygen", "say hello")
        card = await in_data("stop_turn")

        await slack.stop_session("analyst", "data", card.thread_ts)

        await in_data("Stopped: nothing more is written")
        await shown("processing", "active")

    async def test_who_may_not_stop_is_told_so(self, bot, slack, supervisor, in_data, whispered):
        await slack.command("analyst", "data", "/raygen", "say hello")
        card = await in_data("stop_turn")

        await slack.stop_session("guest", "data", card.thread_ts)

        await whispered("Guests cannot stop runs", "guest")
        await slack.stop_session("analyst", "data", card.thread_ts)
        await in_data("Stopped: nothing more is written")


async def test_a_workspace_without_agent_sessions_is_answered_all_the_same(bot, slack, supervisor, in_data):
    slack.faults.answer("agents.sessions.setStatus", "feature_disabled", times=2)
    supervisor.answers = [validated()]

    await slack.command("analyst", "data", "/raygen", "say hello")

    await in_data("code_card")
