"""Wishes to see all that the cluster has of a run, from the click to the snippet in the thread."""

from typing import Literal

from sqlalchemy import update

from bot.errors import Stale
from bot.store import leases
from bot.store.database import Database
from bot.store.models import FullLog, Run, row_values

End = Literal["shown", "missing"]


class FullLogStore:
    """The rows of full logs; `owner` is the name of this replica's leases."""

    def __init__(self, database: Database, owner: str) -> None:
        self._database = database
        self._owner = owner

    async def request(self, run: Run, user_id: str) -> None:
        """Write a click down. Raises Stale when the log is on its way, or in the thread already."""
        async with self._database.transaction() as session:
            now = await self._database.now(session)
            new = _wanted(run, user_id, now)
            if not await self._database.insert_if_absent(session, FullLog, **row_values(new)):
                again = (
                    update(FullLog)
                    .where(FullLog.run_id == run.id, FullLog.state == "missing")
                    .values(state="requested", user_id=user_id, delivered=False, due_at=now, failures=0, crashes=0)
                    .returning(FullLog.id)
                )
                if (await session.execute(again)).scalar_one_or_none() is None:
                    raise Stale("full_log_before", "The full log is in the thread, or on its way there.")
            await leases.record(session, now, run.id, user_id, "full log asked")

    async def claim(self, limit: int) -> list[FullLog]:
        """Lease at most `limit` of those that wait, in the order asked."""
        async with self._database.transaction() as session:
            now = await self._database.now(session)
            ids = await leases.due_ids(session, FullLog, FullLog.delivered.is_(False), now, limit)
            return await leases.take(session, FullLog, ids, self._owner, now)

    async def uploaded(self, log: FullLog, file_id: str) -> None:
        """Note the snippet before it is shown, so that it is shown once. Raises LeaseLost."""
        async with self._database.transaction() as session:
            await leases.write(session, log, file_id=file_id)

    async def end(self, log: FullLog, state: End) -> None:
        """Note how it ended; nothing is left to do. Raises LeaseLost."""
        async with self._database.transaction() as session:
            now = await self._database.now(session)
            await leases.write(session, log, state=state, delivered=True, owner=None, lease_until=None)
            await leases.record(session, now, log.run_id, "raygen", f"full log {state}")


def _wanted(run: Run, user_id: str, now: float) -> FullLog:
    return FullLog(
        id=f"log-{run.id}",
        run_id=run.id,
        channel=run.channel,
        thread_ts=run.thread_ts,
        user_id=user_id,
        state="requested",
        created_at=now,
        due_at=now,
        fence=0,
        failures=0,
        crashes=0,
        delivered=False,
    )
