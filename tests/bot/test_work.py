import asyncio
import time

import pytest

from bot.errors import SlackUnavailable
from bot.holding import HOLD
from bot.metrics import Metrics
from bot.store.leases import LEASE_SECONDS
from bot.store.turns import TurnStore
from bot.work import BEATS, IDLE_SECONDS, Worker
from tests.bot.store.test_turn_store import expire_lease

CRASHES = 3


class Rows:
    """A handler that fails as often as it is told, and tells what it saw."""

    def __init__(self, turns, failures=()):
        self.turns = turns
        self.failures = list(failures)
        self.handled = []
        self.abandoned = []
        self.done = asyncio.Event()

    async def handle(self, turn):
        self.handled.append(turn.id)
        if self.failures:
            raise self.failures.pop(0)
        await self.turns.deliver(turn)
        self.done.set()

    async def abandon(self, turn):
        self.abandoned.append(turn.id)
        await self.turns.deliver(turn)
        self.done.set()


@pytest.fixture
def working(database, turns, monkeypatch):
    monkeypatch.setattr("bot.work.MAX_BACKOFF_SECONDS", 0.0)
    monkeypatch.setattr("bot.work.IDLE_SECONDS", 0.01)

    async def working(rows, limit=4, metrics=None):
        worker = Worker(
            "turns", database, turns.claim, rows.handle, rows.abandon, limit=limit, crashes=CRASHES, metrics=metrics
        )
        task = asyncio.create_task(worker.run())
        try:
            await asyncio.wait_for(rows.done.wait(), 20)
        finally:
            worker.stop()
            await task

    return working


async def test_a_row_is_worked_on_until_it_is_delivered(turns, new_turn, working):
    await turns.request(new_turn())
    rows = Rows(turns, [SlackUnavailable("slack_unavailable", "Slack did not answer.")] * 3)

    await working(rows)

    assert rows.handled == ["turn-1"] * 4
    assert await turns.claim(1) == []


async def test_an_unanswered_slack_is_borne_for_as_long_as_it_takes(turns, new_turn, working):
    await turns.request(new_turn())
    rows = Rows(turns, [SlackUnavailable("slack_unavailable", "Slack did not answer.")] * (CRASHES + 2))

    await working(rows)

    assert rows.abandoned == []


async def test_a_row_that_crashes_again_and_again_is_abandoned_with_a_word_to_the_person(turns, new_turn, working):
    await turns.request(new_turn())
    rows = Rows(turns, [RuntimeError("a defect")] * 100)

    await working(rows)

    assert rows.handled == ["turn-1"] * CRASHES
    assert rows.abandoned == ["turn-1"]


async def test_one_rows_crash_does_not_stop_the_others(turns, new_turn, working):
    await turns.request(new_turn(1, thread_ts="1.1"))
    await turns.request(new_turn(2, thread_ts="1.2"))
    rows = Rows(turns, [RuntimeError("a defect")])

    await working(rows)

    assert {"turn-1", "turn-2"} <= set(rows.handled)


async def test_a_replica_that_lost_its_lease_does_not_give_the_row_back(database, turns, new_turn):
    await turns.request(new_turn())
    other = TurnStore(database, "replica-2")
    rows = Rows(turns)

    async def slow(turn):
        await expire_lease(database, turn)
        rows.handled += [t.id for t in await other.claim(1)]
        rows.done.set()
        await turns.start(turn)

    worker = Worker("turns", database, turns.claim, slow, rows.abandon, limit=1, crashes=CRASHES)
    task = asyncio.create_task(worker.run())
    await asyncio.wait_for(rows.done.wait(), 20)
    worker.stop()
    await task

    theirs = await turns.find("turn-1")
    assert (theirs.owner, theirs.state) == ("replica-2", "requested")


async def test_who_has_lost_a_lease_is_told_by_the_next_heartbeat_and_stops(database, turns, new_turn, monkeypatch):
    monkeypatch.setattr("bot.work.BEATS", 1_000)
    await turns.request(new_turn())
    begun, stopped = asyncio.Queue(), asyncio.Event()

    async def unknowing(turn):
        begun.put_nowait(turn)
        try:
            await asyncio.Event().wait()
        finally:
            stopped.set()

    worker = Worker("turns", database, turns.claim, unknowing, unknowing, limit=1, crashes=CRASHES)
    task = asyncio.create_task(worker.run())
    mine = await asyncio.wait_for(begun.get(), 20)
    taken = []
    while not taken:  # its heartbeat may come in between
        await expire_lease(database, mine)
        taken = await TurnStore(database, "replica-2").claim(1)
    await asyncio.wait_for(stopped.wait(), 20)
    worker.stop()
    await task

    theirs = await turns.find("turn-1")
    assert theirs.owner == "replica-2"


async def test_a_lease_is_held_for_as_long_as_its_row_is_worked_on(database, turns, new_turn, monkeypatch):
    monkeypatch.setattr("bot.work.BEATS", 1_000)
    await turns.request(new_turn())
    rows = Rows(turns)

    async def long(turn):
        until = turn.lease_until
        while (await turns.find(turn.id)).lease_until <= until:
            await asyncio.sleep(0)
        await rows.handle(turn)

    worker = Worker("turns", database, turns.claim, long, rows.abandon, limit=1, crashes=CRASHES)
    task = asyncio.create_task(worker.run())
    await asyncio.wait_for(rows.done.wait(), 20)
    worker.stop()
    await task

    assert rows.handled == ["turn-1"]


async def test_who_works_on_a_row_knows_until_when_it_is_theirs_and_never_later_than_the_database(
    database, turns, new_turn, monkeypatch
):
    monkeypatch.setattr("bot.work.BEATS", 1_000)
    await turns.request(new_turn())
    rows = Rows(turns)
    began = []

    async def long(turn):
        hold = HOLD.get()
        began.append((hold.row_id, hold.until))
        while hold.until == began[0][1]:
            await asyncio.sleep(0)
        known = hold.until  # first: what the row says may be of a later beat, and then there is more left, not less
        left = (await turns.find(turn.id)).lease_until - await now(database)
        began.append(known - time.monotonic() <= left)
        await rows.handle(turn)

    before = time.monotonic()
    worker = Worker("turns", database, turns.claim, long, rows.abandon, limit=1, crashes=CRASHES)
    task = asyncio.create_task(worker.run())
    await asyncio.wait_for(rows.done.wait(), 20)
    worker.stop()
    await task

    (row_id, until), no_later = began
    assert (row_id, no_later) == ("turn-1", True)
    assert before < until - LEASE_SECONDS < time.monotonic()


async def now(database):
    async with database.reading() as session:
        return await database.now(session)


async def test_a_dead_replicas_row_is_taken_over_and_the_log_and_the_metrics_say_so(
    database, turns, new_turn, working, caplog
):
    await turns.request(new_turn())
    (left_behind,) = await TurnStore(database, "replica-2").claim(1)
    await expire_lease(database, left_behind)
    metrics = Metrics()

    await working(Rows(turns), metrics=metrics)

    assert "from=<replica-2> | taken over" in caplog.text
    assert b'raygen_taken_over_total{kind="turns"} 1.0' in metrics.page({})


async def test_outages_do_not_count_as_crashes(turns, new_turn, working):
    await turns.request(new_turn())
    outage = SlackUnavailable("slack_unavailable", "Slack did not answer.")
    rows = Rows(turns, [outage, outage, RuntimeError("a defect"), outage, outage])

    await working(rows)

    assert rows.abandoned == []


async def test_what_is_under_way_when_the_replica_stops_is_free_for_others(database, turns, new_turn, monkeypatch):
    monkeypatch.setattr("bot.work.DRAIN_SECONDS", 0.0)
    await turns.request(new_turn())
    begun = asyncio.Event()

    async def endless(_turn):
        begun.set()
        await asyncio.Event().wait()

    worker = Worker("turns", database, turns.claim, endless, endless, limit=1, crashes=CRASHES)
    task = asyncio.create_task(worker.run())
    await asyncio.wait_for(begun.wait(), 20)
    worker.stop()
    await task

    assert len(await TurnStore(database, "replica-2").claim(1)) == 1


def test_a_dead_replica_is_noticed_within_15_seconds_and_two_late_heartbeats_are_no_death():
    assert LEASE_SECONDS + IDLE_SECONDS < 15
    assert BEATS > 3
