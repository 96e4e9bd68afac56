"""The App Home: what a person has asked for and run."""

import asyncio
from dataclasses import replace

import pytest

from agents.wire import ClusterReport, Execute, JobReport, WireError
from tests.fakes.supervisor import validated

DONE = JobReport(status="succeeded", output="Hello\n", log_offset=6)
SECONDS = 20


async def home_with(slack, user, text):
    """The person's page, once it holds the text."""

    def look():
        view = slack.home(user)
        return view if view is not None and text in str(view.definition) else None

    return await slack.wait_until(look, SECONDS)


@pytest.fixture
async def ran(bot, slack, supervisor, in_data):
    """A conversation with one run that has ended."""
    supervisor.answers = [validated()]
    supervisor.reports = [DONE]
    await slack.command("analyst", "data", "/raygen", "say hello")
    card = await in_data("code_card")
    await slack.click("analyst", "data", card.ts, "run_code")
    return await in_data("ended_run")


async def test_a_person_who_has_done_nothing_yet_is_shown_how_to_begin(bot, slack):
    await slack.open_home("analyst")

    page = await home_with(slack, "analyst", "Your runs")

    assert "None yet" in str(page.definition)
    assert "Create a Ray task that returns Hello" in str(page.definition)
    assert "10.0.0.1" in str(page.definition)


async def test_runs_and_threads_are_listed_with_links_to_their_threads(slack, ran):
    await slack.open_home("analyst")

    page = await home_with(slack, "analyst", "Say hello")

    link = f"archives/{slack.channel('data').id}/p{ran.thread_ts.replace('.', '')}"
    assert str(page.definition).count(link) == 2
    assert "Finished on 10.0.0.1" in str(page.definition)


async def test_nobody_is_shown_the_runs_of_another_person(slack, ran):
    await slack.open_home("engineer")

    page = await home_with(slack, "engineer", "Your runs")

    assert "Say hello" not in str(page.definition)


async def test_a_run_is_repeated_from_the_page_once_however_often_it_is_pressed(slack, supervisor, ran, in_data):
    await slack.open_home("analyst")
    await home_with(slack, "analyst", "Say hello")

    await asyncio.gather(*(slack.click_home("analyst", "rerun_from_home") for _ in range(2)))
    again = await in_data("ended_run", number=2)

    first, second = supervisor.asked(Execute)
    assert (first.code, first.run_id != second.run_id) == (second.code, True)
    assert again.thread_ts == ran.thread_ts
    assert "run 2" in str(again.blocks)


async def test_a_run_is_stopped_from_the_page(bot, slack, supervisor, in_data):
    supervisor.answers = [validated()]
    supervisor.reports = [JobReport(status="running")]
    await slack.command("analyst", "data", "/raygen", "say hello")
    await slack.click("analyst", "data", (await in_data("code_card")).ts, "run_code")
    await in_data("live_run")
    await slack.open_home("analyst")
    await home_with(slack, "analyst", "stop_from_home")
    supervisor.reports = [JobReport(status="stopped")]

    await slack.click_home("analyst", "stop_from_home")

    assert "being stopped" in str((await home_with(slack, "analyst", "being stopped")).definition)
    await in_data("ended_run")


async def test_what_cannot_be_done_from_the_page_is_said_on_it(slack, ran):
    await slack.open_home("analyst")
    await home_with(slack, "analyst", "Say hello")
    await slack.click_home("analyst", "rerun_from_home")

    await slack.click_home("analyst", "rerun_from_home", f"home_run:{_first_run(slack)}")

    await home_with(slack, "analyst", "has been started already")


async def test_the_command_lists_a_persons_latest_runs_to_that_person_alone(slack, ran, whispered):
    await slack.command("analyst", "data", "/raygen", "Runs")

    listed = await whispered("Your latest runs")

    assert "Say hello" in str(listed.blocks)
    assert not any("latest runs" in str(message.blocks) for message in slack.channel("data").messages)


async def test_the_command_says_where_a_channels_code_runs(bot, slack, whispered):
    await slack.command("analyst", "data", "/raygen", "cluster")

    assert "10.0.0.1" in str((await whispered("Code that is asked for in this channel")).blocks)


def _first_run(slack):
    blocks = slack.home("analyst").definition["blocks"]
    return [block["block_id"] for block in blocks if block["type"] == "actions"][-1].partition(":")[2]


async def test_the_page_is_there_before_the_cluster_has_said_how_it_is(bot, slack, supervisor):
    supervisor.looking = asyncio.Event()
    await slack.open_home("analyst")

    first = await home_with(slack, "analyst", "I am asking it how it is")
    supervisor.looking.set()
    second = await home_with(slack, "analyst", "It answers: 3 machines, 12 CPUs (5 in use), 2 GPUs (1 in use)")

    assert "Your runs" in str(first.definition)
    assert first.hash != second.hash


async def test_a_page_that_was_published_meanwhile_is_not_replaced_by_an_older_one(slack, supervisor, ran):
    supervisor.looking = asyncio.Event()
    await slack.open_home("analyst")
    await home_with(slack, "analyst", "I am asking it how it is")
    await slack.click_home("analyst", "rerun_from_home")
    newer = await home_with(slack, "analyst", "It is being run again")

    supervisor.looking.set()
    page = await home_with(slack, "analyst", "It answers")

    assert "It is being run again" in str(page.definition)
    assert newer.hash != page.hash


async def test_a_cluster_that_does_not_answer_is_told_with_its_reason(bot, slack, supervisor):
    supervisor.health = ClusterReport(error=WireError(code="cluster_unreachable", message="The cluster is down."))
    await slack.open_home("analyst")

    page = await home_with(slack, "analyst", "The cluster is down.")

    assert "It answers" not in str(page.definition)


async def test_the_queue_of_the_cluster_is_on_the_page(slack, ran):
    await slack.open_home("analyst")

    await home_with(slack, "analyst", "Raygen's runs there: 0 under way, 0 in the queue.")


async def test_the_page_says_what_became_of_a_click_also_when_slack_cannot_tell_who_pressed(slack, ran):
    await slack.open_home("analyst")
    page = await home_with(slack, "analyst", "Say hello")
    slack.add_user("newcomer")
    slack.platform.workspace.views[page.id] = replace(page, user=slack.user("newcomer").id)
    slack.faults.answer("users.info", "user_not_found", times=100)

    await slack.click_home("newcomer", "rerun_from_home")

    await home_with(slack, "newcomer", "Slack could not tell me who you are")


async def test_a_guest_is_told_who_may(bot, slack):
    await slack.open_home("guest")

    page = await home_with(slack, "guest", "Guests cannot")

    assert "Your runs" not in str(page.definition)
