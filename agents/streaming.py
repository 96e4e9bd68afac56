"""An answer as a stream: the work in a thread, its events as they come, and a heartbeat when none do."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Event
from typing import Any

from agents.wire import Envelope, Finished, Heartbeat, Step

Announce = Callable[[Step], None]
Work = Callable[[Announce, Event], Envelope]


async def streamed(
    work: Work, heartbeat_seconds: float, *, clock: Callable[[], float] = time.monotonic
) -> AsyncIterator[dict[str, Any]]:
    """The events of `work`, last of them Finished with its envelope, as JSON values.

    `work` runs in a thread of its own and gets a way to announce events, and an event that says that nobody listens
    any more: it is set when this iterator is closed or its task cancelled, as AgentCore's server does soon after a
    disconnect. `work` must not raise. A heartbeat comes after `heartbeat_seconds` without another event, and tells the
    seconds since the beginning.
    """
    loop = asyncio.get_running_loop()
    steps: asyncio.Queue[Step | None] = asyncio.Queue()
    gone = Event()
    thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="answer")

    def announce(step: Step) -> None:
        loop.call_soon_threadsafe(steps.put_nowait, step)

    try:
        running = loop.run_in_executor(thread, work, announce, gone)
        running.add_done_callback(lambda _done: steps.put_nowait(None))
        async for event in _until_none(steps, heartbeat_seconds, clock):
            yield event.model_dump(mode="json")
        yield Finished(envelope=await running).model_dump(mode="json")
    finally:
        gone.set()
        thread.shutdown(wait=False)


async def _until_none(
    steps: "asyncio.Queue[Step | None]", heartbeat_seconds: float, clock: Callable[[], float]
) -> AsyncIterator[Step | Heartbeat]:
    began = clock()
    while True:
        try:
            step = await asyncio.wait_for(steps.get(), heartbeat_seconds)
        except TimeoutError:
            yield Heartbeat(seconds=clock() - began)
            continue
        if step is None:
            return
        yield step
