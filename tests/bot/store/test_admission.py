import asyncio

import pytest

from bot.errors import Busy
from bot.queue import Caps
from bot.store.database import Database
from bot.store.runs import RunStore
from tests.bot.store.test_turn_store import SESSION
from tests.fakes.supervisor import validated

ONE_EACH = Caps(user=1, waiting=3)


@pytest.fixture
def made(turns, new_turn):
    async def made(session=SESSION, **changes):
        await turns.request(new_turn(**changes))
        (turn,) = await turns.claim(1)
        await turns.open_thread(turn, turn.thread_ts, session)
        version = await turns.answer_with_code(turn, session, validated())
        await turns.deliver(turn)
        return version

    return made


@pytest.fixture
async def version(made):
    return await made()


@pytest.fixture
def capped(database):
    return RunStore(database, "replica-1", ONE_EACH)


@pytest.fixture
def click(capped, version):
    async def click(number, user="U1", timeout_seconds=60.0, of=version):
        return await capped.request(of.id, "1.1", number, user, timeout_seconds=timeout_seconds)

    return click


async def end(runs, run):
    from agents.wire import JobReport  # noqa: PLC0415 - beside its only use

    await runs.advance(run, JobReport(status="succeeded"))
    await runs.deliver(run)


async def test_a_run_without_a_place_waits_until_one_is_free(click, capped):
    first, second = await click(1), await click(2)

    (running,) = await capped.claim(10)
    assert running.id == first.id
    assert await capped.claim(10) == []
    assert (await capped.position(second)).number == 1
    await end(capped, running)

    (next_one,) = await capped.claim(10)
    assert next_one.id == second.id
    assert await capped.position(second) is None


async def test_other_people_do_not_wait_for_somebodys_queue(click, capped):
    for number in range(1, 3):
        await click(number)
    theirs = await click(9, "U2")

    assert {run.user_id for run in await capped.claim(10)} == {"U1", "U2"}
    assert await capped.position(theirs) is None


async def test_the_same_ids_of_another_workspace_are_other_people_and_channels(click, capped, made, database):
    elsewhere = await made("session-of-another-workspace-of-the-same-ids", number=2, team="T2")
    each = RunStore(database, "replica-1", Caps(user=1, channel=1))

    await click(1)
    await click(2, of=elsewhere)

    assert len(await each.claim(10)) == 2


async def test_the_time_that_a_run_waits_is_not_taken_from_its_limit(click, capped, database):
    await click(1)
    waiting = await click(2, timeout_seconds=60.0)
    (running,) = await capped.claim(10)
    async with database.transaction() as session:
        from sqlalchemy import update  # noqa: PLC0415 - beside its only use

        from bot.store.models import Run  # noqa: PLC0415

        aged = {"created_at": Run.created_at - 1000, "deadline": Run.deadline - 1000}
        await session.execute(update(Run).where(Run.id == waiting.id).values(aged))
    await end(capped, running)

    (admitted,) = await capped.claim(10)

    assert await capped.seconds_left(admitted) > 50


async def test_a_run_that_waits_can_be_stopped(click, capped):
    await click(1)
    waiting = await click(2)
    await capped.claim(10)

    await capped.ask_to_stop(waiting.id, "U1")

    assert [run.id for run in await capped.claim(10)] == [waiting.id]


async def test_a_run_that_is_let_in_while_its_card_is_drawn_begins_at_once(click, capped):
    await click(1)
    waiting = await click(2)
    (running,) = await capped.claim(10)
    (drawn,) = await capped.claim_waiting(10)
    await end(capped, running)
    assert await capped.claim(10) == []

    await capped.step_aside(drawn, 1000.0)

    assert [run.id for run in await capped.claim(10)] == [waiting.id]


async def test_a_queue_that_is_full_says_so_and_takes_the_same_click_later(click, capped):
    for number in range(1, 5):
        await click(number)
        await capped.claim(10)
    with pytest.raises(Busy, match="too_many_runs"):
        await click(5)

    (running,) = await capped.claim_waiting(1)
    await capped.ask_to_stop(running.id, "U1")
    await capped.step_aside(running, 0.0)
    await capped.claim(10)

    assert await click(5) is not None


async def test_two_replicas_give_the_last_place_away_once(click, capped, database):
    other = Database(database.url)
    stores = [capped, RunStore(other, "replica-2", ONE_EACH)]
    for number in range(1, 4):
        await click(number)

    claims = await asyncio.gather(*(store.claim(5) for store in stores * 3))
    await other.close()

    assert len([run for claimed in claims for run in claimed]) == 1
