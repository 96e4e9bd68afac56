"""What may be forgotten: threads with all their code, outputs, the audit, and the keys of old deliveries.

Nothing that somebody may still wait for goes: a thread with a turn or a run whose end has not been shown stays whole.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from sqlalchemy import Delete, Select, Update, delete, null, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from bot.store.database import Database
from bot.store.models import AuditEntry, CodeVersion, DedupeKey, Run, StepRow, Thread, Turn

DAY = 86_400.0
DEDUPE_DAYS = 7.0
"""Slack repeats a delivery for an hour (docs.slack.dev, Events API, retries); the turns' own ids last longer."""
BATCH = 200
"""Rows of one transaction: others write in between."""


Batch = Callable[[AsyncSession, float], Awaitable[int]]


@dataclass(frozen=True)
class Keep:
    """For how many days; None keeps for ever. `code` is counted from the last thing that happened in a thread."""

    code: float | None = None
    output: float | None = None
    audit: float | None = None


class Retention:
    """Deletes what is older than `keep` says."""

    def __init__(self, database: Database, keep: Keep) -> None:
        self._database = database
        self._keep = keep

    async def forget(self) -> dict[str, int]:
        """Delete everything that has passed its time; how many rows of each kind. Safe in several replicas at once."""
        done = {
            "dedupe_keys": await self._all(_old_keys, DEDUPE_DAYS),
            "steps": await self._all(_old_steps, DEDUPE_DAYS),
        }
        if self._keep.audit is not None:
            done["audit"] = await self._all(_old_audit, self._keep.audit)
        if self._keep.output is not None:
            done["outputs"] = await self._all(_old_outputs, self._keep.output)
        if self._keep.code is not None:
            done["threads"] = await self._all(_old_threads, self._keep.code)
        return done

    async def _all(self, batch: Batch, days: float) -> int:
        total = 0
        while True:
            async with self._database.transaction() as session:
                count = await batch(session, await self._database.now(session) - days * DAY)
            total += count
            if count < BATCH:
                return total


async def _old_keys(session: AsyncSession, before: float) -> int:
    old = select(DedupeKey.key).where(DedupeKey.created_at < before).limit(BATCH)
    return await _rows(session, delete(DedupeKey).where(DedupeKey.key.in_(old)))


async def _old_steps(session: AsyncSession, before: float) -> int:
    """Executions of which Slack has been told the end: they are kept to be known again."""
    old = select(StepRow.id).where(StepRow.delivered, StepRow.ended_at < before).limit(BATCH)
    return await _rows(session, delete(StepRow).where(StepRow.id.in_(old)))


async def _old_audit(session: AsyncSession, before: float) -> int:
    old = select(AuditEntry.seq).where(AuditEntry.at < before).order_by(AuditEntry.seq).limit(BATCH)
    return await _rows(session, delete(AuditEntry).where(AuditEntry.seq.in_(old)))


async def _old_outputs(session: AsyncSession, before: float) -> int:
    """What programs printed; how the run ended stays, for whoever presses Rerun."""
    kept = or_(Run.output != "", Run.report.is_not(None))
    old = select(Run.id).where(Run.delivered, Run.ended_at < before, kept).limit(BATCH)
    ids = list(await session.scalars(old))
    emptied = update(Run).where(Run.id.in_(ids)).values(output="", report=null())
    return await _rows(session, emptied) if ids else 0


async def _old_threads(session: AsyncSession, before: float) -> int:
    """Whole threads: their runs, versions and turns reference each other."""
    sessions = list(await session.scalars(_forgettable(before)))
    for session_id in sessions:
        await _forget_thread(session, session_id)
    return len(sessions)


def _forgettable(before: float) -> Select[str]:
    turns = select(Turn.id).where(Turn.team == Thread.team, Turn.channel == Thread.channel, Turn.thread_ts == Thread.ts)
    busy_turn = turns.where(or_(Turn.delivered.is_(False), Turn.created_at >= before)).exists()
    run = select(Run.id).where(Run.session_id == Thread.session_id)
    busy_run = run.where(or_(Run.delivered.is_(False), Run.created_at >= before)).exists()
    return select(Thread.session_id).where(Thread.created_at < before, ~busy_turn, ~busy_run).limit(BATCH)


async def _forget_thread(session: AsyncSession, session_id: str) -> None:
    thread = await session.get_one(Thread, session_id)
    versions = select(CodeVersion.id).where(CodeVersion.session_id == session_id)
    runs = select(Run.id).where(Run.version_id.in_(versions))
    await session.execute(delete(Run).where(Run.id.in_(runs)))
    await session.execute(update(CodeVersion).where(CodeVersion.session_id == session_id).values(parent_id=None))
    await session.execute(delete(CodeVersion).where(CodeVersion.session_id == session_id))
    await session.execute(
        delete(Turn).where(Turn.team == thread.team, Turn.channel == thread.channel, Turn.thread_ts == thread.ts)
    )
    await session.delete(thread)


async def _rows(session: AsyncSession, change: Delete | Update) -> int:
    found = await session.execute(change.execution_options(synchronize_session=False))
    return int(found.rowcount)  # type: ignore[attr-defined]  # a CursorResult, typed as Result
