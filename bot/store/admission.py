"""The queue of runs in the store: who waits, and who is let in when a place is free."""

from sqlalchemy import ColumnElement, func, select, text, update
from sqlalchemy.ext.asyncio import AsyncSession

from bot.errors import Busy
from bot.queue import Caps, Entry, Position, admitted, position
from bot.store.database import Database
from bot.store.models import RUN_OPEN, Run
from bot.store.turns import API

ADMISSION_LOCK = 5_264_938
"""Any number, another than those of the migrations and of the turns."""
LOOKED_AT = 1_000
"""So many of those that wait longest are looked at: more than a cluster takes in a second."""

WAITS = Run.delivered.is_(False) & Run.admitted.is_(False)
UNDER_WAY = Run.delivered.is_(False) & Run.admitted.is_(True) & Run.state.in_(RUN_OPEN)


class Admission:
    """Lets runs in, `caps` at a time; every replica of a database has the same."""

    def __init__(self, database: Database, caps: Caps) -> None:
        self._database = database
        self._caps = caps

    async def let_in(self, session: AsyncSession, now: float) -> None:
        """Admit whoever has a place, and whoever only waits to be stopped. Their time limit begins now."""
        if self._database.is_postgres:
            # Two replicas that count at the same time would both give the last place away.
            await session.execute(text("select pg_advisory_xact_lock(:lock)"), {"lock": ADMISSION_LOCK})
        waiting = await _entries(session, WAITS)
        if not waiting:
            return
        chosen = admitted(await _entries(session, UNDER_WAY), waiting, self._caps)
        begin = {"admitted": True, "due_at": now, "deadline": now + Run.deadline - Run.created_at}
        await session.execute(
            update(Run)
            .where(Run.id.in_(chosen) | (WAITS & Run.stop_asked_by.is_not(None)))
            .values(begin)
            .execution_options(synchronize_session=False)
        )

    async def refuse_if_full(self, session: AsyncSession) -> None:
        """Raises Busy when more wait, the one that was written last among them, than the queue may hold."""
        most = self._caps.waiting
        if most and (await session.scalar(select(func.count()).select_from(Run).where(WAITS)) or 0) > most:
            raise Busy("too_many_runs", f"{most} runs are waiting already. Press Run again in a few minutes.")

    async def position(self, session: AsyncSession, run_id: str) -> Position | None:
        """Where the run stands; None when it waits no longer."""
        return position(run_id, await _entries(session, UNDER_WAY), await _entries(session, WAITS), self._caps)


async def _entries(session: AsyncSession, where: ColumnElement[bool]) -> list[Entry]:
    query = (
        select(Run.id, Run.surface, Run.team, Run.user_id, Run.channel, Run.cluster, Run.created_at)
        .where(where)
        .order_by(Run.created_at)
        .limit(LOOKED_AT)
    )
    return [
        Entry(run_id, None, None, cluster, since)
        if surface == API
        else Entry(run_id, (team, user_id), (team, channel), cluster, since)
        for run_id, surface, team, user_id, channel, cluster, since in await session.execute(query)
    ]
