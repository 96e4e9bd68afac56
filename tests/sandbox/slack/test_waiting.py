"""The clock, the ids and `wait_until`."""

import asyncio

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sandbox.slack import ManualClock, WaitTimeoutError
from sandbox.slack.ids import Ids
from sandbox.slack.journal import Journal


@given(st.lists(st.floats(min_value=-10, max_value=10)))
def test_timestamps_grow_strictly_whatever_the_clock_does(steps):
    clock = ManualClock()
    ids = Ids(clock)
    stamps = [ids.ts()]

    for step in steps:
        clock.advance(step)
        stamps.append(ids.ts())

    assert stamps == sorted(set(stamps))
    assert all(len(stamp) == 17 for stamp in stamps)


async def test_pauses_end_in_order_when_their_time_has_come():
    clock, ended = ManualClock(), []

    async def pause(seconds):
        await clock.sleep(seconds)
        ended.append(seconds)

    pauses = [asyncio.create_task(pause(seconds)) for seconds in (3, 1, 2)]
    await asyncio.sleep(0)
    clock.advance(2.5)
    await asyncio.wait(pauses, return_when=asyncio.FIRST_COMPLETED)
    before = list(ended)
    clock.advance(1)
    await asyncio.gather(*pauses)

    assert before == [1, 2]
    assert ended == [1, 2, 3]


async def test_waiting_looks_again_after_every_change():
    journal, seen = Journal(), []
    waiting = asyncio.create_task(journal.wait_until(lambda: len(seen) == 2 and seen, 5))

    for number in range(2):
        await asyncio.sleep(0)
        seen.append(number)
        journal.changed()

    assert await waiting == [0, 1]


async def test_waiting_in_vain_says_what_happened_instead():
    journal = Journal()
    journal.problem("An event was never acknowledged.")

    with pytest.raises(WaitTimeoutError, match="never acknowledged"):
        await journal.wait_until(lambda: False, 0.01)


async def test_a_predicate_that_fails_fails_the_one_who_waits():
    journal = Journal()
    waiting = asyncio.create_task(
        journal.wait_until(lambda: (journal.calls or [None])[0].method if journal.problems else None, 5)
    )
    await asyncio.sleep(0)

    journal.problem("now it looks")

    with pytest.raises(AttributeError):
        await waiting
