"""The time that the stand-in lives by: the machine's, or a test's.

Every deadline (ack, trigger, response_url, stream, rate window) and every pause (retries, the sharing of a file) asks
one `Clock`, so that a test moves five minutes in one call and two runs of it see the same timestamps.
"""

import asyncio
import heapq
import time
from typing import Protocol


class Clock(Protocol):
    """Seconds since the epoch, and a pause measured in the same seconds."""

    def now(self) -> float:
        """Seconds since the epoch."""
        ...

    async def sleep(self, seconds: float) -> None:
        """Return when `now()` has grown by `seconds`."""
        ...


class SystemClock:
    """The machine's own time."""

    def now(self) -> float:
        """Seconds since the epoch."""
        return time.time()

    async def sleep(self, seconds: float) -> None:
        """Pause in real time."""
        await asyncio.sleep(seconds)


class ManualClock:
    """A time that stands still until `advance` is called; for tests."""

    def __init__(self, start: float = 1_790_000_000.0) -> None:
        self._now = start
        self._sleepers: list[tuple[float, int, asyncio.Future[None]]] = []
        self._order = 0

    def now(self) -> float:
        """Seconds since the epoch, as last set."""
        return self._now

    @property
    def sleeping(self) -> int:
        """How many pauses have not ended."""
        return sum(not woken.done() for _, _, woken in self._sleepers)

    async def sleep(self, seconds: float) -> None:
        """Wait for an `advance` that reaches the end of the pause."""
        if seconds <= 0:
            await asyncio.sleep(0)
            return
        self._order += 1
        woken: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        heapq.heappush(self._sleepers, (self._now + seconds, self._order, woken))
        await woken

    def advance(self, seconds: float) -> None:
        """Move the time on and wake, in order, everyone whose pause has ended."""
        self._now += seconds
        while self._sleepers and self._sleepers[0][0] <= self._now:
            _, _, woken = heapq.heappop(self._sleepers)
            if not woken.done():
                woken.set_result(None)
