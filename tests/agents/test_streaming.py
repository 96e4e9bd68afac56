import asyncio
from itertools import count
from threading import Event

import pytest

from agents.streaming import streamed
from agents.wire import PROGRESS, Envelope, Finished, Heartbeat, Reply, Validating, Writing
from tests.agents.serving import BOUND

DONE = Envelope.success(Reply(text="done", model="m"))
QUIET = 1_000.0


async def collected(work, heartbeat_seconds=QUIET):
    events = streamed(work, heartbeat_seconds)
    return [PROGRESS.validate_python(event) async for event in events]


async def test_events_come_in_order_and_the_envelope_last():
    steps = [Writing(attempt=n) for n in range(200)]

    def work(announce, _gone):
        for step in steps:
            announce(step)
        return DONE

    assert await collected(work) == [*steps, Finished(envelope=DONE)]


async def test_a_heartbeat_breaks_the_silence_and_tells_the_seconds_since_the_beginning():
    heard = Event()

    def work(announce, _gone):
        announce(Writing(attempt=1))
        assert heard.wait(BOUND)
        return DONE

    events = []
    times = count(100, 10)
    async for event in streamed(work, 0.01, clock=lambda: float(next(times))):
        events.append(PROGRESS.validate_python(event))
        if len(events) == 4:
            heard.set()

    beats = [Heartbeat(seconds=seconds) for seconds in (10, 20, 30)]
    assert events[:4] == [Writing(attempt=1), *beats]
    assert events[-1] == Finished(envelope=DONE)


async def test_two_streams_at_the_same_time_do_not_wait_for_each_other():
    both = [Event(), Event()]

    def work(mine):
        def meet(announce, _gone):
            both[mine].set()
            assert both[1 - mine].wait(BOUND)
            announce(Validating(attempt=mine, attempts=2))
            return DONE

        return meet

    one, other = await asyncio.gather(collected(work(0)), collected(work(1)))

    assert (one[0].attempt, other[0].attempt) == (0, 1)


async def test_work_is_told_when_nobody_listens_any_more():
    told = Event()

    def work(announce, gone):
        announce(Writing(attempt=1))
        assert gone.wait(BOUND)
        told.set()
        return DONE

    events = streamed(work, QUIET)
    await anext(events)
    await events.aclose()

    assert await asyncio.to_thread(told.wait, BOUND)


async def test_a_cancelled_listener_ends_the_work_too():
    started, told = Event(), Event()

    def work(_announce, gone):
        started.set()
        assert gone.wait(BOUND)
        told.set()
        return DONE

    listener = asyncio.ensure_future(collected(work))
    await asyncio.to_thread(started.wait, BOUND)
    listener.cancel()
    with pytest.raises(asyncio.CancelledError):
        await listener

    assert await asyncio.to_thread(told.wait, BOUND)
