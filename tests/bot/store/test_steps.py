"""Steps of workflows in the store."""

import pytest
from sqlalchemy import select, update

from bot.errors import LeaseLost
from bot.store.models import StepRow
from bot.store.retention import Keep, Retention
from bot.store.steps import NewStep, StepStore
from tests.bot.store.test_turn_store import expire_lease

STEP = NewStep("Fx1", "T1", "raygen_generate", "C1", "U1", turn_id="turn-1")


@pytest.fixture
def steps(database):
    return StepStore(database, "replica-1")


async def test_an_execution_is_written_down_once_and_known_again(steps):
    first, again = await steps.arrived(STEP), await steps.arrived(STEP)

    assert (first, again) == (True, True)
    assert [step.id for step in await steps.claim(10)] == ["Fx1"]


async def test_what_was_refused_or_has_ended_is_not_begun_again(steps):
    await steps.arrived(STEP)
    await steps.refuse("Fx1", "No.")
    refused = await steps.arrived(STEP)
    (step,) = await steps.claim(1)
    await steps.end(step, "failed")

    assert (refused, await steps.arrived(STEP)) == (False, False)
    assert await steps.claim(10) == []


async def test_the_first_refusal_counts(steps):
    await steps.arrived(STEP)
    await steps.refuse("Fx1", "No.")
    await steps.refuse("Fx1", "Not again.")

    (step,) = await steps.claim(1)

    assert step.error == "No."


async def test_a_step_that_waits_is_looked_at_later(steps, database):
    await steps.arrived(STEP)
    (step,) = await steps.claim(1)

    await steps.step_aside(step, 60)

    assert await steps.claim(1) == []
    async with database.transaction() as session:
        await session.execute(update(StepRow).values(due_at=0.0))
    assert [each.id for each in await steps.claim(1)] == ["Fx1"]


async def test_a_replica_that_was_taken_for_dead_ends_no_step(steps, database):
    await steps.arrived(STEP)
    (ours,) = await steps.claim(1)
    await expire_lease(database, ours)
    (theirs,) = await StepStore(database, "replica-2").claim(1)

    with pytest.raises(LeaseLost):
        await steps.end(ours, "completed")
    await StepStore(database, "replica-2").end(theirs, "completed")


async def test_a_step_that_has_ended_is_forgotten_after_a_week_and_one_that_waits_is_not(steps, database):
    await steps.arrived(STEP)
    await steps.arrived(NewStep("Fx2", "T1", "raygen_run", "", "U1", run_id="run-1"))
    (step,) = await steps.claim(1)
    await steps.end(step, "completed")
    async with database.transaction() as session:
        await session.execute(update(StepRow).values(created_at=0.0))
        await session.execute(update(StepRow).where(StepRow.delivered).values(ended_at=0.0))

    done = await Retention(database, Keep()).forget()

    async with database.reading() as session:
        kept = list(await session.scalars(select(StepRow.id)))
    assert done["steps"] == 1
    assert len(kept) == 1
    assert kept != [step.id]
