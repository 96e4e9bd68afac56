"""What goes on now, in a thread and for a person."""

import pytest

from agents.wire import JobReport
from bot.sessions import session_id
from bot.store.ongoing import Ongoing
from tests.fakes.supervisor import validated

PLACE = ("T1", "C1", "1700000000.000001")
SESSION = session_id(*PLACE)


@pytest.fixture
def ongoing(database):
    return Ongoing(database)


@pytest.fixture
def answered(turns, new_turn):
    async def answered(number, result):
        await turns.request(new_turn(number))
        (turn,) = await turns.claim(1)
        await turns.open_thread(turn, turn.thread_ts, SESSION)
        version = await turns.answer_with_code(turn, SESSION, result)
        await turns.deliver(turn)
        return version

    return answered


async def test_a_thread_without_anything_is_empty(ongoing):
    thread = await ongoing.in_thread(*PLACE)

    assert (list(thread.turns), list(thread.runs), thread.newest, thread.last_run) == ([], [], None, None)


async def test_a_thread_tells_what_is_open_and_its_programs(ongoing, turns, runs, new_turn, answered):
    first = await answered(1, validated("print(1)"))
    run = await runs.request(first.id, "card", 1, "U1", timeout_seconds=60)
    await turns.request(new_turn(2))

    thread = await ongoing.in_thread(*PLACE)

    assert [turn.id for turn in thread.turns] == ["turn-2"]
    assert [one.id for one in thread.runs] == [run.id]
    assert (thread.newest.id, thread.validated.id, thread.last_run.id) == (first.id, first.id, run.id)


async def test_a_person_sees_what_they_wait_for_until_it_has_ended(ongoing, runs, answered):
    version = await answered(1, validated("print(1)"))
    await runs.request(version.id, "card", 1, "U1", timeout_seconds=60)
    waiting = await ongoing.of_person("T1", "U1")
    others = await ongoing.of_person("T1", "U2")
    (run,) = await runs.claim(1)
    await runs.advance(run, JobReport(status="succeeded"))
    await runs.deliver(run)

    ended = await ongoing.of_person("T1", "U1")

    assert [(run.state, title) for run, title in waiting.runs] == [("requested", "Say hello")]
    assert (waiting.queued, list(others.runs)) == (1, [])
    assert (list(ended.runs), ended.queued, ended.under_way) == ([], 0, 0)


async def test_what_comes_by_two_events_is_done_by_one(ongoing):
    first, second, other = [await ongoing.once(key) for key in ("verb:C1:1", "verb:C1:1", "verb:C1:2")]

    assert (first, second, other) == (True, False, True)
