"""Steps of workflows in the store, from Slack's event until Slack has been told how each ended."""

from dataclasses import dataclass
from typing import Literal

from sqlalchemy import update

from bot.store import leases
from bot.store.database import Database
from bot.store.models import StepRow, row_values

End = Literal["completed", "failed", "undeliverable"]


@dataclass(frozen=True)
class NewStep:
    """An execution of a step, by Slack's id, and the one request or run that it stands for."""

    id: str
    team: str
    callback_id: str
    channel: str
    user_id: str
    turn_id: str | None = None
    run_id: str | None = None


class StepStore:
    """The rows of steps; `owner` is the name of this replica's leases."""

    def __init__(self, database: Database, owner: str) -> None:
        self._database = database
        self._owner = owner

    async def arrived(self, new: NewStep) -> bool:
        """Write the execution down; whether anything is left to be done for it, when it has come before."""
        async with self._database.transaction() as session:
            now = await self._database.now(session)
            state = {"state": "requested", "fence": 0, "failures": 0, "crashes": 0, "delivered": False}
            row = StepRow(**vars(new), **state, created_at=now, due_at=now)
            if await self._database.insert_if_absent(session, StepRow, **row_values(row)):
                return True
            before = await session.get_one(StepRow, new.id)
            return before.error is None and not before.delivered

    async def refuse(self, step_id: str, sentence: str) -> None:
        """Note why nothing is done for the step, unless it has been said before."""
        refusal = update(StepRow).where(StepRow.id == step_id, StepRow.error.is_(None), StepRow.delivered.is_(False))
        async with self._database.transaction() as session:
            now = await self._database.now(session)
            await session.execute(refusal.values(error=sentence, due_at=now))

    async def claim(self, limit: int) -> list[StepRow]:
        """Lease at most `limit` of those whose end Slack has not been told, in the order in which they came."""
        async with self._database.transaction() as session:
            now = await self._database.now(session)
            ids = await leases.due_ids(session, StepRow, StepRow.delivered.is_(False), now, limit)
            return await leases.take(session, StepRow, ids, self._owner, now)

    async def age(self, step: StepRow) -> float:
        """Seconds since the step came."""
        async with self._database.reading() as session:
            return await self._database.now(session) - step.created_at

    async def step_aside(self, step: StepRow, seconds: float) -> None:
        """Give a step back whose request or run has not ended, to be looked at again in `seconds`."""
        await leases.release(self._database, step, after=seconds)

    async def end(self, step: StepRow, state: End) -> None:
        """Note that nothing is left to do. Raises LeaseLost."""
        async with self._database.transaction() as session:
            now = await self._database.now(session)
            await leases.write(session, step, state=state, delivered=True, ended_at=now, owner=None, lease_until=None)
