"""Steps of workflows where one bot serves several workspaces."""

import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient
from sqlalchemy import select

from agents.wire import Execute, JobReport
from bot.store.models import StepRow
from tests.bot.workspaces.conftest import HERE, SECONDS, THERE, until
from tests.fakes.supervisor import validated

DONE = JobReport(status="succeeded", output="Hello\n", log_offset=6)


@pytest.fixture
def databases(sqlite_databases):
    return sqlite_databases


@pytest.fixture
def ended(slack):
    """Wait until a step of a workspace has ended."""

    async def ended(domain, execution_id):
        def look():
            execution = slack.at(domain).execution(execution_id)
            return execution if execution.ended else None

        return await slack.wait_until(look, SECONDS)

    return ended


async def asked(slack, domain):
    desk = slack.at(domain)
    inputs = {"channel": desk.channel("data").id, "prompt": "say hello"}
    return await desk.run_step("raygen_generate", inputs, user="analyst")


async def test_each_workspace_is_told_of_its_own_steps_with_its_own_token(both, slack, supervisor, ended):
    supervisor.answers = [validated(), validated()]
    here, there = await asked(slack, HERE), await asked(slack, THERE)

    ends = [await ended(HERE, here), await ended(THERE, there)]

    assert [end.outputs["state"] for end in ends] == ["validated", "validated"]
    links = [end.outputs["thread_link"] for end in ends]
    assert links[0].startswith(f"https://{HERE}.")
    assert links[1].startswith(f"https://{THERE}.")
    assert [call for call in slack.calls if call.error] == []


async def test_a_program_of_another_workspace_is_run_by_no_step(both, slack, supervisor, ended):
    supervisor.answers, supervisor.reports = [validated()], [DONE]
    version_id = (await ended(HERE, await asked(slack, HERE))).outputs["version_id"]

    there = await slack.at(THERE).run_step("raygen_run", {"version_id": version_id}, user="analyst")

    assert "no longer kept" in (await ended(THERE, there)).error
    assert supervisor.asked(Execute) == []


async def test_nobody_ends_another_workspaces_step(both, slack, supervisor):
    supervisor.answers = [validated()]
    execution_id = await asked(slack, HERE)
    token = slack.at(THERE).platform.tokens.bot
    client = AsyncWebClient(token=token, base_url=slack.api_url)

    with pytest.raises(SlackApiError, match="access_denied"):
        await client.functions_completeSuccess(function_execution_id=execution_id, outputs={})


async def test_the_steps_of_a_workspace_that_has_gone_are_told_to_nobody(both, slack, supervisor):
    supervisor.reports = [JobReport(status="running")]
    supervisor.answers = [validated()]
    slack.faults.fail("functions.completeSuccess", times=1_000)
    await asked(slack, HERE)

    async def written():
        async with both.database.reading() as session:
            return list(await session.scalars(select(StepRow)))

    await until(written)
    await slack.at(HERE).uninstall()

    (step,) = await until(written, lambda steps: steps[0].delivered)
    assert step.state == "undeliverable"
