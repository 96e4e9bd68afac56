"""Rows that wait -> tasks that work on them: claims, heartbeats, retries, and a clean end."""

import asyncio
import contextlib
import logging
import time
from collections.abc import Awaitable, Callable
from functools import partial
from typing import Generic, NamedTuple, TypeVar

from agents.tracing import span
from bot.deliveries import Deliveries
from bot.errors import LeaseLost, RaygenError, StoreUnavailable
from bot.holding import HOLD, Hold
from bot.logs import about
from bot.metrics import Metrics
from bot.store import leases
from bot.store.database import Database
from bot.store.leases import LEASE_SECONDS, LeasedRow

logger = logging.getLogger(__name__)

Row = TypeVar("Row", bound=LeasedRow)

IDLE_SECONDS = 1.0
"""How often the store is asked for rows that another replica has left behind."""
BEATS = 4
"""Heartbeats in a lease: three may be missed."""
MAX_BACKOFF_SECONDS = 60.0
DRAIN_SECONDS = 5.0


class _Held(NamedTuple):
    """A row, the task that works on it, and until when it surely is ours."""

    row: LeasedRow
    task: "asyncio.Task[None]"
    hold: Hold


class Worker(Generic[Row]):
    """Claims rows with `claim` and works on each with `handle`, at most `limit` at a time.

    `handle` returns when there is nothing left to do for the row. When it raises, the row is given back and comes
    again after a pause that grows with its failures: nothing that a user asked for is dropped here. A row that
    crashes `handle` for the `crashes`th time goes to `abandon`, which tells the person; an outage is no crash. Each row
    that has been delivered is told to `deliveries`.
    """

    def __init__(
        self,
        name: str,
        database: Database,
        claim: Callable[[int], Awaitable[list[Row]]],
        handle: Callable[[Row], Awaitable[None]],
        abandon: Callable[[Row], Awaitable[None]],
        *,
        limit: int,
        crashes: int,
        metrics: Metrics | None = None,
        deliveries: Deliveries | None = None,
    ) -> None:
        self._name = name
        self._database = database
        self._claim = claim
        self._handle = handle
        self._abandon = abandon
        self._limit = limit
        self._crashes = crashes
        self._metrics = metrics or Metrics()
        self._deliveries = deliveries or Deliveries()
        self._wake = asyncio.Event()
        self._stopping = False
        self._tasks: set[asyncio.Task[None]] = set()
        self._held: dict[str, _Held] = {}

    def wake(self) -> None:
        """A row has been written: look now, not only after the next pause."""
        self._wake.set()

    def stop(self) -> None:
        """Take nothing more: `run` returns when what is short has ended and the rest has been given back."""
        self._stopping = True
        self._wake.set()

    async def run(self) -> None:
        """Work until `stop`; what is still under way `DRAIN_SECONDS` later is cancelled, and free for others."""
        beating = asyncio.create_task(self._beat(), name=f"{self._name} heartbeat")
        try:
            while not self._stopping:
                await self._turn()
            if self._tasks:
                await asyncio.wait(self._tasks, timeout=DRAIN_SECONDS)
            for task in self._tasks:
                task.cancel()
            await asyncio.gather(*self._tasks, return_exceptions=True)
        finally:
            beating.cancel()

    async def _turn(self) -> None:
        self._wake.clear()
        asked = time.monotonic()  # the leases begin later
        for row in await self._claimed():
            hold = Hold(row.id, asked + LEASE_SECONDS)
            task = asyncio.create_task(self._work(row, hold), name=f"{self._name} {row.id}")
            self._tasks.add(task)
            self._held[row.id] = _Held(row, task, hold)
            self._metrics.holds(self._name, len(self._tasks))
            task.add_done_callback(partial(self._done, row))
        if self._stopping:
            return
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._wake.wait(), IDLE_SECONDS)

    def _done(self, row: Row, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        held = self._held.get(row.id)
        if held is not None and held.task is task:  # it may have been claimed anew
            del self._held[row.id]
        self._metrics.holds(self._name, len(self._tasks))
        self._wake.set()

    async def _claimed(self) -> list[Row]:
        room = self._limit - len(self._tasks)
        if room <= 0:
            return []
        try:
            return await self._claim(room)
        except StoreUnavailable:
            logger.warning("worker=<%s> | the database does not answer, will ask again", self._name)
            return []
        except Exception:  # an outermost loop: it must not end
            logger.exception("worker=<%s> | could not ask for work, will ask again", self._name)
            return []

    async def _work(self, row: Row, hold: Hold) -> None:
        HOLD.set(hold)
        thread = f"{row.channel}/{row.thread_ts or ''}"
        session = getattr(row, "session_id", None)
        with (
            about(kind=self._name, row=row.id, thread=thread, session=session),
            span(f"{self._name}.work", row=row.id, row_id=row.id) as note,
        ):
            await self._work_on(row)
            note(state=row.state)

    async def _work_on(self, row: Row) -> None:
        if row.taken_from:
            self._metrics.taken_over.labels(self._name).inc()
            logger.warning(
                "from=<%s> | taken over: that replica has given no sign of life for %d s", row.taken_from, LEASE_SECONDS
            )
        try:
            await self._handle(row)
            if row.delivered:
                self._metrics.ended.labels(self._name, row.state).inc()
                self._deliveries.tell(row.id)
                logger.info("state=<%s> | ended, and the thread has it", row.state)
        except LeaseLost:
            logger.warning("worker=<%s>, row=<%s> | handled elsewhere", self._name, row.id)
        except asyncio.CancelledError:
            await self._release(row, after=0)
            raise
        except (RaygenError, OSError) as error:
            what = error.code if isinstance(error, RaygenError) else type(error).__name__
            logger.warning("worker=<%s>, row=<%s>, error=<%s> | will try again", self._name, row.id, what)
            await self._give_back(row)
        except Exception:  # an outermost loop: one row's crash must not stop the others
            logger.exception("worker=<%s>, row=<%s>, crashes=<%d> | crashed", self._name, row.id, row.crashes + 1)
            self._metrics.crashes.labels(self._name).inc()
            await self._after_a_crash(row)

    async def _after_a_crash(self, row: Row) -> None:
        if row.crashes + 1 < self._crashes:
            await self._give_back(row, crashed=True)
            return
        try:
            await self._abandon(row)
        except Exception:  # an outermost loop: Slack may be away just now, so the row comes again
            logger.exception("worker=<%s>, row=<%s> | could not say that it crashed", self._name, row.id)
            await self._give_back(row)

    async def _give_back(self, row: Row, *, crashed: bool = False) -> None:
        pause = min(MAX_BACKOFF_SECONDS, 0.5 * 2 ** min(row.failures, 10))
        crashes = row.crashes + crashed
        await self._release(row, after=pause, failures=row.failures + 1, crashes=crashes)

    async def _release(self, row: Row, *, after: float, failures: int = 0, crashes: int | None = None) -> None:
        try:
            await leases.release(self._database, row, after=after, failures=failures, crashes=crashes)
        except StoreUnavailable:  # its lease ends by itself
            logger.warning("worker=<%s>, row=<%s> | could not be given back", self._name, row.id)

    async def _beat(self) -> None:
        """Renew the leases of all rows at once: a transaction for each would leave the disk no time for others."""
        while True:
            await asyncio.sleep(LEASE_SECONDS / BEATS)
            held, asked = dict(self._held), time.monotonic()
            try:
                ours = await leases.renew(self._database, [each.row for each in held.values()])
            except StoreUnavailable:
                logger.warning("worker=<%s> | the database does not answer, the leases are renewed later", self._name)
            except Exception:  # a missed beat is made up by the next one
                logger.exception("worker=<%s> | could not renew the leases", self._name)
            else:
                for row_id in ours:
                    held[row_id].hold.until = asked + LEASE_SECONDS
                for row_id in held.keys() - ours:
                    self._lose(held[row_id])

    def _lose(self, held: _Held) -> None:
        if held.task.done() or held.row.owner is None:  # given back while the leases were being renewed
            return
        logger.warning("worker=<%s>, row=<%s> | taken over by another replica", self._name, held.row.id)
        self._metrics.leases_lost.labels(self._name).inc()
        held.task.cancel()
