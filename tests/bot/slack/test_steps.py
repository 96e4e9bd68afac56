"""Steps of workflows, from Slack's event to the word that they have ended."""

import pytest
from sqlalchemy import select, update

from agents.wire import Execute, Generate, JobReport, Reply, WireError, sha256_of
from bot.listeners import payloads
from bot.listeners import steps as listener
from bot.settings import Settings
from bot.store.models import Run, StepRow, Turn
from sandbox.slack.model import Execution
from sandbox.slack.publishing import publish
from tests.bot.slack.conftest import SECONDS, connected
from tests.fakes.supervisor import needs_approval, unreachable, validated

DONE = JobReport(status="succeeded", output="Hello\n", log_offset=6)


@pytest.fixture
def asked(bot, slack):
    """Let the analyst's workflow ask for code; the execution's id."""

    async def asked(prompt="say hello", user="analyst", channel="data"):
        inputs = {"channel": slack.channel(channel).id, "prompt": prompt}
        return await slack.run_step("raygen_generate", inputs, user=user)

    return asked


@pytest.fixture
def ended(slack):
    """Wait until the step has ended."""

    async def ended(execution_id):
        def look():
            execution = slack.execution(execution_id)
            return execution if execution.ended else None

        return await slack.wait_until(look, SECONDS)

    return ended


async def rows(database, kind):
    async with database.reading() as session:
        return list(await session.scalars(select(kind)))


def tried(slack, method):
    return [call for call in slack.calls if call.method == method]


async def version_of(supervisor, asked, ended, answer=None):
    supervisor.answers = [answer or validated()]
    return (await ended(await asked())).outputs["version_id"]


async def run_step(slack, version_id, user="analyst"):
    return await slack.run_step("raygen_run", {"version_id": version_id}, user=user)


def deliver(slack, execution_id, inputs, callback_id="raygen_generate"):
    """Deliver an event as no workflow makes it, or once more."""
    platform = slack.platform
    platform.executions.setdefault(execution_id, Execution(execution_id, callback_id))
    event = {"type": "function_executed", "function": {"callback_id": callback_id}, "inputs": inputs}
    publish(platform, "function_executed", {**event, "function_execution_id": execution_id})


async def test_a_step_asks_in_a_visible_thread_and_ends_with_its_program(slack, supervisor, asked, ended, in_data):
    supervisor.answers = [validated()]

    execution = await ended(await asked())

    card = await in_data("code_card")
    root = await in_data("say hello")
    assert root.ts == card.thread_ts
    assert slack.user("analyst").id in str(root.blocks)
    assert execution.outputs["state"] == "validated"
    assert execution.outputs["title"] == "Say hello"
    assert execution.outputs["version_id"]
    assert execution.outputs["thread_link"].endswith(f"/p{root.ts.replace('.', '')}")
    assert slack.problems == []


async def test_a_step_runs_the_program_of_another_and_puts_out_what_it_printed(slack, supervisor, asked, ended):
    version_id = await version_of(supervisor, asked, ended)
    supervisor.reports = [DONE]

    execution = await ended(await run_step(slack, version_id))

    assert execution.outputs["status"] == "succeeded"
    assert execution.outputs["output"] == "Hello\n"
    (request,) = supervisor.asked(Execute)
    assert request.user_id == slack.user("analyst").id


async def test_a_run_that_fails_is_an_end_that_the_workflow_may_act_on(slack, supervisor, asked, ended):
    version_id = await version_of(supervisor, asked, ended)
    supervisor.reports = [JobReport(status="failed", output="no\n", log_offset=3, exit_code=1)]

    execution = await ended(await run_step(slack, version_id))

    assert (execution.error, execution.outputs["status"]) == (None, "failed")


async def test_words_instead_of_a_program_are_an_answer_without_one(supervisor, asked, ended):
    supervisor.answers = [Reply(text="Ray is a framework.", model="a script")]

    execution = await ended(await asked("what is Ray?"))

    assert execution.outputs["state"] == "answered"
    assert "version_id" not in execution.outputs


async def test_a_request_that_fails_ends_the_step_with_its_sentence(supervisor, asked, ended):
    supervisor.answers = [unreachable()]

    execution = await ended(await asked())

    assert execution.error == "The agent does not answer. Try again in a minute."


async def test_a_channel_without_raygen_is_an_error_that_says_what_to_do(slack, supervisor, asked, ended):
    slack.add_channel("elsewhere", ["analyst"])
    supervisor.answers = [validated()]

    execution = await ended(await asked(channel="elsewhere"))

    assert "/invite @raygen" in execution.error


async def test_a_step_that_is_delivered_again_and_again_is_one_request_and_one_end(
    slack, database, supervisor, asked, ended
):
    supervisor.answers = [validated(), validated()]
    slack.faults.duplicate_events()
    execution_id = await asked()
    first = await ended(execution_id)

    inputs = {"channel": slack.channel("data").id, "prompt": "x", "user_context": {"id": slack.user("analyst").id}}
    deliver(slack, execution_id, inputs)
    await ended(await asked("another"))

    assert slack.execution(execution_id) == first
    assert [request.prompt for request in supervisor.asked(Generate)] == ["say hello", "another"]
    assert len(await rows(database, Turn)) == len(await rows(database, StepRow)) == 2


async def test_who_may_not_ask_in_the_channel_is_refused_and_nothing_is_written(
    bot, slack, database, supervisor, asked, ended
):
    execution = await ended(await asked(user="guest"))

    assert "Guests cannot ask for code here" in execution.error
    assert "The id for whoever runs me is " in execution.error
    assert await rows(database, Turn) == []
    assert supervisor.requests == []


async def test_a_person_of_another_company_is_refused(slack, supervisor, asked, ended):
    slack.add_user("outsider", team_id="T0000000002")

    execution = await ended(await asked(user="outsider"))

    assert "People from other companies" in execution.error
    assert supervisor.requests == []


async def test_a_person_who_was_typed_in_is_nobody(bot, slack, database, supervisor, ended):
    """An author cannot fill in `user_context`; what a forged event has in its place is no person."""
    analyst, asked = slack.user("analyst").id, {"channel": slack.channel("data").id, "prompt": "say hello"}
    forgeries = ({}, {"user_context": analyst}, {"user_context": {"id": "<@U1>"}}, {"user": analyst})

    for number, forged in enumerate(forgeries):
        deliver(slack, f"Fx{number}", asked | forged)
    errors = [(await ended(f"Fx{number}")).error for number in range(len(forgeries))]

    assert errors == [payloads.NOBODY] * 4
    assert await rows(database, Turn) == []


async def test_a_run_of_a_program_that_nobody_knows_is_refused(bot, slack, ended):
    execution = await ended(await run_step(slack, "version-turn-0"))

    assert "no longer kept" in execution.error


async def test_a_program_that_came_over_http_is_in_no_thread_and_not_run(bot, slack, supervisor, runs, new_turn, ended):
    supervisor.reports = [DONE]
    turn = new_turn(1, team="api", channel="api", surface="api", thread_ts="s" * 33)
    await runs.request_code(turn, "print(1)\n", sha256_of("print(1)\n"), 60)

    execution = await ended(await run_step(slack, f"version-{turn.id}"))

    assert execution.error == listener.FOREIGN


async def test_a_program_that_did_not_run_through_is_not_run_for_a_workflow(slack, supervisor, asked, ended):
    error = WireError(code="job_failed", message="It failed.")
    failed = needs_approval(error=error, findings=())
    version_id = await version_of(supervisor, asked, ended, failed)

    execution = await ended(await run_step(slack, version_id))

    assert execution.error == listener.NOT_VALIDATED
    assert supervisor.asked(Execute) == []


async def test_a_program_that_waits_for_approval_is_not_run_for_a_workflow(slack, supervisor, asked, ended):
    version_id = await version_of(supervisor, asked, ended, needs_approval())

    execution = await ended(await run_step(slack, version_id))

    assert "approved" in execution.error
    assert supervisor.asked(Execute) == []


async def test_what_a_program_printed_becomes_no_mention_or_link(slack, supervisor, asked, ended):
    version_id = await version_of(supervisor, asked, ended)
    supervisor.reports = [
        JobReport(status="succeeded", output="<!channel> <@U1> <https://evil.example|x> 1 < 2\n", log_offset=1)
    ]

    execution = await ended(await run_step(slack, version_id))

    said = execution.outputs["output"]
    assert not [text for text in ("<!", "<@", "<https:") if text in said]
    assert "1 < 2" in said


async def test_a_step_is_ended_by_another_replica_when_the_first_is_gone(slack, settings, database, supervisor, ended):
    supervisor.answers = [validated()]
    inputs = {"channel": slack.channel("data").id, "prompt": "say hello"}
    slack.faults.fail("functions.completeSuccess", times=1_000)
    async with connected(slack, settings, database, supervisor):
        execution_id = await slack.run_step("raygen_generate", inputs, user="analyst")
        await slack.wait_until(lambda: tried(slack, "functions.completeSuccess"), SECONDS)
    assert not slack.execution(execution_id).ended
    slack.faults.clear()
    async with database.transaction() as session:
        await session.execute(update(StepRow).values(due_at=0.0))
    async with connected(slack, settings, database, supervisor):
        execution = await ended(execution_id)

    assert execution.outputs["state"] == "validated"
    assert len(supervisor.asked(Generate)) == 1


async def test_the_word_that_was_lost_on_its_way_is_said_again(slack, supervisor, asked, ended):
    supervisor.answers = [validated()]
    slack.faults.drop("functions.completeSuccess", after_effect=True)
    slack.faults.fail("functions.completeSuccess")

    execution = await ended(await asked())

    assert execution.outputs["state"] == "validated"


async def test_a_run_for_a_workflow_waits_in_the_same_queue_as_any_other(
    bot, slack, database, supervisor, asked, ended
):
    version_id = await version_of(supervisor, asked, ended)
    supervisor.reports = [DONE]
    await ended(await run_step(slack, version_id))

    (run,) = await rows(database, Run)

    assert (run.user_id, run.admitted, run.channel) == (slack.user("analyst").id, True, slack.channel("data").id)


class TestInAChannelForSome:
    @pytest.fixture
    def settings(self, slack):
        roles = {"*": {"run": [slack.user("engineer").id]}}
        return Settings(cluster="10.0.0.1", follow_wait_seconds=0, channel_roles=roles)

    async def test_who_may_not_run_there_does_not_by_a_workflow(self, slack, supervisor, asked, ended):
        version_id = await version_of(supervisor, asked, ended)
        supervisor.reports = [DONE]

        refused = await ended(await run_step(slack, version_id))
        allowed = await ended(await run_step(slack, version_id, user="engineer"))

        assert "Only some people may run code here" in refused.error
        assert allowed.outputs["status"] == "succeeded"
