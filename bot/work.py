"""Rows that wait -> tasks that work on them: claims, heartbeats, retries, and a clean end."""

import asyncio
import contextlib
import logging
from collections.abc import Awaitable, Callable
from typing import Generic, TypeVar

from bot.errors import LeaseLost, RaygenError
from bot.store import leases
from bot.store.database import Database
from bot.store.leases import LEASE_SECONDS, LeasedRow

logger = logging.getLogger(__name__)

Row = TypeVar("Row", bound=LeasedRow)

IDLE_SECONDS = 1.0
"""How often the store is asked for rows that another replica has left behind."""
MAX_BACKOFF_SECONDS = 60.0


class Worker(Generic[Row]):
    """Claims rows with `claim` and works on each with `handle`, at most `limit` at a time.

    `handle` returns when there is nothing left to do for the row. When it raises, the row is given back and comes
    again after a pause that grows with its failures: nothing that a user asked for is dropped here.
    """

    def __init__(
        self,
        name: str,
        database: Database,
        claim: Callable[[int], Awaitable[list[Row]]],
        handle: Callable[[Row], Awaitable[None]],
        limit: int,
    ) -> None:
        self._name = name
        self._database = database
        self._claim = claim
        self._handle = handle
        self._limit = limit
        self._wake = asyncio.Event()
        self._tasks: set[asyncio.Task[None]] = set()

    def wake(self) -> None:
        """A row has been written: look now, not only after the next pause."""
        self._wake.set()

    async def run(self) -> None:
        """Work until cancelled; then what is under way is cancelled too, and its rows are free for others."""
        try:
            while True:
                await self._turn()
        finally:
            for task in self._tasks:
                task.cancel()
            await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _turn(self) -> None:
        self._wake.clear()
        for row in await self._claimed():
            task = asyncio.create_task(self._work(row), name=f"{self._name} {row.id}")
            self._tasks.add(task)
            task.add_done_callback(self._done)
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._wake.wait(), IDLE_SECONDS)

    def _done(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        self._wake.set()

    async def _claimed(self) -> list[Row]:
        room = self._limit - len(self._tasks)
        if room <= 0:
            return []
        try:
            return await self._claim(room)
        except Exception:  # an outermost loop: the database may be away for a while
            logger.exception("worker=<%s> | could not ask for work, will ask again", self._name)
            return []

    async def _work(self, row: Row) -> None:
        beat = asyncio.create_task(self._beat(row, asyncio.current_task()))
        try:
            await self._handle(row)
        except LeaseLost:
            logger.warning("worker=<%s>, row=<%s> | handled elsewhere", self._name, row.id)
        except asyncio.CancelledError:
            await leases.release(self._database, row, after=0)
            raise
        except RaygenError as error:
            logger.warning("worker=<%s>, row=<%s>, code=<%s> | will try again", self._name, row.id, error.code)
            await self._give_back(row)
        except Exception:  # an outermost loop: one row's crash must not stop the others
            logger.exception("worker=<%s>, row=<%s> | crashed, will try again", self._name, row.id)
            await self._give_back(row)
        finally:
            beat.cancel()

    async def _give_back(self, row: Row) -> None:
        pause = min(MAX_BACKOFF_SECONDS, 0.5 * 2 ** min(row.failures, 10))
        await leases.release(self._database, row, after=pause, failed=True)

    async def _beat(self, row: Row, worker: "asyncio.Task[None] | None") -> None:
        while True:
            await asyncio.sleep(LEASE_SECONDS / 3)
            try:
                await leases.renew(self._database, row)
            except LeaseLost:
                if worker:
                    worker.cancel()
                return
            except Exception:  # a missed beat is made up by the next one
                logger.exception("worker=<%s>, row=<%s> | could not renew the lease", self._name, row.id)
