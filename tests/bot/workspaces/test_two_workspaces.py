"""One replica, two workspaces: each is answered in its own place, with its own token."""

import json

import pytest
from slack_bolt.request.async_request import AsyncBoltRequest

from agents.wire import JobReport
from tests.bot.workspaces.conftest import HERE, THERE, oauth_settings, serving
from tests.fakes.supervisor import validated

DONE = JobReport(status="succeeded", output="Hello\n", log_offset=6)


@pytest.mark.usefixtures("installer")
async def test_a_caller_of_the_api_is_answered_without_any_workspace(replica, slack, supervisor):
    supervisor.answers, supervisor.reports = [validated()], [DONE]

    generated = await replica.bot.direct.generate("say hello", "a session")
    executed = await replica.bot.direct.execute("print(1)", "a session")

    assert generated.title == "Say hello"
    assert executed.output == "Hello\n"
    assert [call.method for call in slack.calls if call.method != "apps.connections.open"] == []


async def test_what_is_for_a_workspace_whose_token_cannot_be_read_is_not_acknowledged_so_that_slack_repeats_it(
    both, slack, settings, supervisor, database
):
    other_key = oauth_settings(slack)
    command = {"command": "/raygen", "text": "help", "team_id": slack.platform.workspace.team_id, "user_id": "U1"}

    async with serving(slack, other_key, settings, database, supervisor) as locked_out:
        answer = await locked_out.bot.app.async_dispatch(AsyncBoltRequest(body=command, mode="socket_mode"))

    assert answer.status == 503


async def test_slack_is_told_its_word_when_it_asks_whether_somebody_is_there(replica):
    asked = json.dumps({"type": "url_verification", "challenge": "a word"})

    answer = await replica.bot.app.async_dispatch(
        AsyncBoltRequest(body=asked, headers={"content-type": "application/json"})
    )

    assert (answer.status, json.loads(answer.body)) == (200, {"challenge": "a word"})


async def test_each_workspace_is_answered_in_its_own_channel(both, slack, supervisor, in_data):
    supervisor.answers = [validated(title="For here"), validated(title="For there")]

    await slack.at(HERE).command("analyst", "data", "/raygen", "say hello")
    here = await in_data(HERE, "For here")
    await slack.at(THERE).command("analyst", "data", "/raygen", "say hello")
    there = await in_data(THERE, "For there")

    assert here.channel != there.channel
    assert "For there" not in str(slack.at(HERE).channel("data").messages)
    assert [call for call in slack.calls if call.error] == []
