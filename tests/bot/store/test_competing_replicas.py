"""Two replicas at one moment, each with a connection pool of its own, as two processes have."""

import asyncio
from contextlib import asynccontextmanager

import pytest
from sqlalchemy import update

from bot.errors import StoreUnavailable
from bot.store.cancelling import locked
from bot.store.database import Database
from bot.store.models import CodeVersion, Thread, Turn
from bot.store.runs import RunStore
from bot.store.turns import TurnStore
from bot.store.upgrade import upgrade
from bot.store.versions import add_version
from tests.bot.store.test_turn_store import SESSION
from tests.fakes.supervisor import validated

THREADS = 12


@pytest.fixture
async def both(database):
    other = Database(database.url)
    yield database, other
    await other.close()


@pytest.fixture
def stores(both):
    return [TurnStore(database, f"replica-{number}") for number, database in enumerate(both)]


async def test_who_adds_a_change_does_not_wait_for_who_cancels_what_is_changed(postgres_databases, new_turn):
    """They lock the program and its approval in the opposite order: Postgres would end one of the two."""
    database = Database(await postgres_databases.upgraded())
    turns = TurnStore(database, "replica-1")
    await turns.request(new_turn(1))
    (turn,) = await turns.claim(1)
    await turns.open_thread(turn, turn.thread_ts, SESSION)
    version = await turns.answer_with_code(turn, SESSION, validated())
    changed = CodeVersion(
        id="changed",
        session_id=SESSION,
        turn_id=turn.id,
        code="x = 1",
        sha256="0" * 64,
        title="A change",
        state="drafted",
        cluster=version.cluster,
        created_at=1.0,
    )

    async with database.transaction() as cancelling:
        await locked(cancelling, version.id)
        async with database.transaction() as adding:
            await asyncio.wait_for(add_version(adding, changed), 20)

    assert changed.parent_id == version.id
    await postgres_databases.take_back(database)


async def test_one_request_delivered_to_both_is_written_once(stores, new_turn):
    for number in range(10):
        asked = [store.request(new_turn(number), f"event-{number}") for store in stores]

        assert sorted(await asyncio.gather(*asked)) == [False, True]


async def test_no_thread_is_worked_on_by_two(stores, new_turn):
    for number in range(3 * THREADS):
        await stores[0].request(new_turn(number, thread_ts=f"1.{number % THREADS}"))

    claims = await asyncio.gather(*(store.claim(5) for store in stores * 4))

    threads = [turn.thread_ts for claimed in claims for turn in claimed]
    assert len(threads) == len(set(threads)) == THREADS


class SlowToCommit(Database):
    """Its transactions stay open until they are let go."""

    def __init__(self, url):
        super().__init__(url)
        self.at_the_end = asyncio.Event()
        self.go = asyncio.Event()

    @asynccontextmanager
    async def transaction(self):
        async with super().transaction() as session:
            yield session
            self.at_the_end.set()
            await self.go.wait()


async def test_an_older_turn_that_comes_while_its_thread_is_being_claimed_waits(database, turns, new_turn):
    slow = SlowToCommit(database.url)
    await turns.request(new_turn(2))
    first = asyncio.create_task(TurnStore(slow, "replica-1").claim(1))
    await slow.at_the_end.wait()
    written = asyncio.create_task(older(database, turns, new_turn))
    if database.is_postgres:
        await written  # on SQLite there is one writer, who is at it
    second = asyncio.create_task(TurnStore(database, "replica-2").claim(1))
    await asyncio.wait([second], timeout=0.3)

    slow.go.set()

    assert [turn.id for turn in await first] == ["turn-2"]
    assert await second == []
    await written
    await slow.close()


async def older(database, turns, new_turn):
    await turns.request(new_turn(1))
    async with database.transaction() as session:
        await session.execute(update(Turn).where(Turn.id == "turn-1").values(created_at=0.0))


async def test_a_run_is_claimed_by_one(both, runs, turns, new_turn):
    ids = [
        await runs.request_code(new_turn(n, thread_ts=f"t{n}", surface="api"), "1", "0" * 64, 60)
        for n in range(THREADS)
    ]
    stores = [RunStore(database, f"replica-{number}") for number, database in enumerate(both)]

    claims = await asyncio.gather(*(store.claim(5) for store in stores * 3))

    claimed = [run.id for found in claims for run in found]
    assert sorted(claimed) == sorted(ids)


async def test_runs_of_one_program_that_are_asked_for_at_one_moment_get_different_numbers(both, turns, new_turn):
    await turns.request(new_turn(1))
    (turn,) = await turns.claim(1)
    await turns.open_thread(turn, turn.thread_ts, SESSION)
    version = await turns.answer_with_code(turn, SESSION, validated())
    stores = [RunStore(database, f"replica-{number}") for number, database in enumerate(both)]

    asked = (stores[n % 2].request(version.id, f"card {n}", 1, "U1", timeout_seconds=60) for n in range(8))

    assert sorted([run.number for run in await asyncio.gather(*asked)]) == list(range(1, 9))


async def test_versions_that_are_added_at_one_moment_get_different_numbers(both, turns, new_turn):
    for number in range(8):
        await turns.request(new_turn(number))
    async with both[0].transaction() as session:
        session.add(Thread(session_id=SESSION, team="T1", channel="C1", ts="1.1", user_id="U1", created_at=0.0))

    async def add(number):
        async with both[number % 2].transaction() as session:
            about = {"title": "", "state": "validated", "cluster": "c", "created_at": 0.0}
            keys = {"id": f"v{number}", "session_id": SESSION, "turn_id": f"turn-{number}"}
            return (await add_version(session, CodeVersion(code="1", sha256="0", **keys, **about))).number

    assert sorted(await asyncio.gather(*(add(number) for number in range(8)))) == list(range(1, 9))


@pytest.mark.parametrize("text", ["a\x00b", "half a pair: \ud83d", "whole: \U0001f600"])
async def test_whatever_a_program_prints_can_be_kept(runs, new_turn, text):
    from agents.wire import JobReport  # noqa: PLC0415 - beside its only use

    run_id = await runs.request_code(new_turn(1, surface="api"), "1", "0" * 64, 60)
    (run,) = await runs.claim(1)

    await runs.advance(run, JobReport(status="succeeded", output=text, traceback=text))

    assert (await runs.find(run_id)).output == text.replace("\x00", "\u2400").replace("\ud83d", "?")


async def test_a_database_that_is_restarted_is_an_outage_and_then_works_again(postgres, new_turn):
    database = Database(await postgres.new_database("restarted"))
    await upgrade(database)
    turns = TurnStore(database, "replica-1")
    await turns.request(new_turn(1))
    postgres.stop(immediate=True)

    with pytest.raises(StoreUnavailable):
        await turns.find("turn-1")
    postgres.start()

    assert (await turns.find("turn-1")).prompt == "say hello"
    assert await turns.request(new_turn(2))
    await database.close()


async def test_a_database_that_was_restarted_meanwhile_is_not_noticed(postgres, new_turn):
    database = Database(await postgres.new_database("restarted_unseen"))
    await upgrade(database)
    turns = TurnStore(database, "replica-1")
    await turns.request(new_turn(1))

    postgres.stop(immediate=True)
    postgres.start()

    assert (await turns.find("turn-1")).prompt == "say hello"
    await database.close()


async def test_a_connection_that_breaks_in_the_middle_leaves_nothing_half_done(postgres, new_turn):
    database = Database(await postgres.new_database("broken"))
    await upgrade(database)

    with pytest.raises(StoreUnavailable):  # noqa: PT012 - the connection breaks in the middle
        async with database.transaction() as session:
            await TurnStore(database, "r").request(new_turn(1))
            session.add(Turn(**vars(new_turn(2)), created_at=0.0))
            await session.flush()
            postgres.stop(immediate=True)
            await session.flush()
    postgres.start()

    turns = TurnStore(database, "r")
    assert await turns.find("turn-1")
    assert await turns.find("turn-2") is None
    await database.close()


async def test_a_defect_is_no_outage(database):
    from sqlalchemy.exc import IntegrityError  # noqa: PLC0415 - beside its only use

    with pytest.raises(IntegrityError):
        async with database.transaction() as session:
            session.add(Turn(id="no-other-column"))
