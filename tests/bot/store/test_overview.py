"""What the App Home counts."""

import pytest

from agents.wire import JobReport
from bot.queue import Caps
from bot.sessions import session_id
from bot.store.overview import Overview
from bot.store.runs import RunStore
from tests.fakes.supervisor import validated

PLACE = ("T1", "C1", "1700000000.000001")


@pytest.fixture
def runs(database):
    """One run of a person at a time."""
    return RunStore(database, "replica-1", Caps(user=1, channel=0, cluster=0, waiting=0))


@pytest.fixture
async def version(turns, new_turn):
    """A program for 10.0.0.1."""
    await turns.request(new_turn(1))
    (turn,) = await turns.claim(1)
    await turns.open_thread(turn, PLACE[2], session_id(*PLACE))
    version = await turns.answer_with_code(turn, session_id(*PLACE), validated())
    await turns.deliver(turn)
    return version


async def test_the_queue_of_a_cluster_counts_who_waits_there_and_who_is_under_way(database, runs, version):
    for number in (1, 2, 3):
        await runs.request(version.id, "card", number, "U1", timeout_seconds=60)
    await runs.claim(10)

    here, elsewhere = [await Overview(database).queue(address) for address in ("10.0.0.1", "10.0.0.2")]

    assert (here, elsewhere) == ((2, 1), (0, 0))


async def test_a_run_that_has_ended_is_counted_no_more(database, runs, version):
    await runs.request(version.id, "card", 1, "U1", timeout_seconds=60)
    (run,) = await runs.claim(10)
    await runs.advance(run, JobReport(status="succeeded"))
    await runs.deliver(run)

    assert await Overview(database).queue("10.0.0.1") == (0, 0)
