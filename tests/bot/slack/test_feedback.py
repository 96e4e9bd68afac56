"""The buttons below a result that ask whether it was helpful."""

import pytest
from sqlalchemy import select

from agents.wire import JobReport
from bot.store.models import Feedback
from tests.fakes.supervisor import validated

DONE = JobReport(status="succeeded", output="Hello\n", log_offset=6)


@pytest.fixture
async def result(bot, slack, supervisor, in_data):
    supervisor.answers, supervisor.reports = [validated()], [DONE]
    await slack.command("analyst", "data", "/raygen", "say hello")
    card = await in_data("code_card")
    await slack.click("analyst", "data", card.ts, "run_code")
    return await in_data("ended_run")


@pytest.fixture
def stored(database):
    async def stored():
        async with database.reading() as session:
            return {(row.user_id, row.helpful) for row in await session.scalars(select(Feedback))}

    return stored


async def test_what_two_people_say_of_a_result_is_kept_for_each(slack, result, stored, whispered):
    await slack.click("analyst", "data", result.ts, "feedback", value="positive")
    await slack.click("engineer", "data", result.ts, "feedback", value="negative")

    await whispered("Thank you. That is noted.", "analyst")
    await whispered("what was wrong", "engineer")
    assert await stored() == {(slack.user("analyst").id, True), (slack.user("engineer").id, False)}


async def test_a_persons_last_word_counts(slack, result, stored):
    await slack.click("analyst", "data", result.ts, "feedback", value="positive")
    await slack.click("analyst", "data", result.ts, "feedback", value="negative")

    assert await stored() == {(slack.user("analyst").id, False)}


async def test_a_guest_is_refused_and_nothing_is_kept(slack, result, stored, whispered):
    await slack.click("guest", "data", result.ts, "feedback", value="positive")

    await whispered("Guests cannot", "guest")
    assert await stored() == set()


async def test_a_run_that_is_no_longer_kept_is_said_to_be_gone(slack, result, database, stored, whispered):
    async with database.transaction() as session:
        await session.execute(Feedback.__table__.metadata.tables["runs"].delete())

    await slack.click("analyst", "data", result.ts, "feedback", value="positive")

    await whispered("no longer kept")
    assert await stored() == set()
