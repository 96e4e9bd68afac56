import pytest
from sqlalchemy import func, select, update

from agents.wire import JobReport
from bot.store.feedback import FeedbackStore
from bot.store.models import AuditEntry, CodeVersion, DedupeKey, Feedback, Run, Thread, Turn
from bot.store.retention import BATCH, DAY, Keep, Retention
from tests.bot.store.test_turn_store import SESSION
from tests.fakes.supervisor import validated

OLD = 40 * DAY
ALL = Keep(code=30, output=30, audit=30)


@pytest.fixture
def counted(database):
    async def counted(table):
        async with database.reading() as session:
            return await session.scalar(select(func.count()).select_from(table))

    return counted


@pytest.fixture
async def run(database, turns, runs, new_turn):
    """A thread with two versions and a delivered run of the second, of which somebody has said something."""
    for number in (1, 2):
        await turns.request(new_turn(number), f"key-{number}")
        (turn,) = await turns.claim(1)
        await turns.open_thread(turn, turn.thread_ts, SESSION)
        await turns.answer_with_code(turn, SESSION, validated(f"print({number})"))
        await turns.deliver(turn)
    await runs.request("version-turn-2", "1.1", 1, "U1", timeout_seconds=60)
    (run,) = await runs.claim(1)
    await runs.advance(run, JobReport(status="succeeded", output="Hello\n", traceback="t"))
    await runs.deliver(run)
    await FeedbackStore(database).give(run.id, "U1", helpful=True)
    return run


async def age(database, *tables, seconds=OLD):
    """Let everything in the tables have happened earlier."""
    async with database.transaction() as session:
        for table in tables:
            times = [c for c in ("created_at", "ended_at", "at") if hasattr(table, c)]
            await session.execute(update(table).values({c: getattr(table, c) - seconds for c in times}))


EVERYTHING = (Thread, Turn, CodeVersion, Run, Feedback, AuditEntry, DedupeKey)


async def test_without_settings_only_the_keys_of_old_deliveries_go(database, run, counted):
    await age(database, *EVERYTHING)

    done = await Retention(database, Keep()).forget()

    assert done == {"dedupe_keys": 2, "steps": 0}
    assert [await counted(table) for table in (Thread, Turn, CodeVersion, Run)] == [1, 2, 2, 1]
    assert await counted(AuditEntry)


async def test_what_has_passed_its_time_goes_whole(database, run, counted):
    await age(database, *EVERYTHING)

    done = await Retention(database, ALL).forget()

    assert done["threads"] == 1
    assert [await counted(table) for table in EVERYTHING] == [0] * len(EVERYTHING)


async def test_what_is_younger_stays(database, run, counted):
    before = [await counted(table) for table in EVERYTHING]

    await Retention(database, ALL).forget()

    assert [await counted(table) for table in EVERYTHING] == before


async def test_an_output_goes_and_the_run_stays_to_be_run_again(database, run, runs):
    await age(database, Run)

    await Retention(database, Keep(output=30)).forget()

    kept = await runs.find(run.id)
    assert (kept.output, kept.report, kept.state) == ("", None, "succeeded")


@pytest.mark.parametrize("table", [Turn, Run])
async def test_a_thread_in_which_somebody_still_waits_stays(database, run, counted, table):
    await age(database, *EVERYTHING)
    async with database.transaction() as session:
        await session.execute(update(table).values(delivered=False))

    await Retention(database, ALL).forget()

    assert [await counted(t) for t in (Thread, Turn, CodeVersion, Run)] == [1, 2, 2, 1]


async def test_the_output_of_a_run_that_has_not_been_shown_stays(database, run, runs):
    await age(database, Run)
    async with database.transaction() as session:
        await session.execute(update(Run).values(delivered=False))

    await Retention(database, ALL).forget()

    assert (await runs.find(run.id)).output == "Hello\n"


@pytest.mark.parametrize("table", [Turn, Run])
async def test_a_thread_in_which_something_happened_lately_stays(database, run, counted, table):
    await age(database, *(each for each in EVERYTHING if each is not table))

    await Retention(database, ALL).forget()

    assert await counted(CodeVersion) == 2


async def test_more_than_a_batch_goes_in_one_run(database, counted):
    async with database.transaction() as session:
        session.add_all(DedupeKey(key=f"key-{n}", created_at=0.0) for n in range(2 * BATCH + 1))

    done = await Retention(database, Keep()).forget()

    assert done == {"dedupe_keys": 2 * BATCH + 1, "steps": 0}
    assert await counted(DedupeKey) == 0
