"""Who works on a row: claims, heartbeats and the fence that keeps a replica taken for dead from writing."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, or_, select, tuple_, update
from sqlalchemy.ext.asyncio import AsyncSession

from bot.errors import LeaseLost
from bot.store.database import Database
from bot.store.models import AuditEntry, FullLog, Run, StepRow, Turn

LeasedRow = Turn | Run | FullLog | StepRow
LEASE_SECONDS = 10.0
"""A replica that dies is noticed after this long; its heartbeat comes four times as often."""


def free(table: type[LeasedRow], now: float) -> ColumnElement[bool]:
    """The rows that are due and that nobody holds."""
    return (table.due_at <= now) & or_(table.lease_until.is_(None), table.lease_until < now)


async def take(session: AsyncSession, table: type[LeasedRow], ids: Sequence[str], owner: str, now: float) -> list[Any]:
    """Lease the rows `ids` to `owner`, raising each one's fence; only those that are still free come back.

    A row that somebody held, and did not give back, says who in `taken_from`.
    """
    if not ids:
        return []
    left_behind = select(table.id, table.owner).where(table.id.in_(ids), table.owner.is_not(None), free(table, now))
    holders = {row.id: row.owner for row in await session.execute(left_behind)}
    claim = (
        update(table)
        .where(table.id.in_(ids), free(table, now))
        .values(owner=owner, lease_until=now + LEASE_SECONDS, fence=table.fence + 1)
        .returning(table)
    )
    rows: list[Any] = list((await session.scalars(claim, execution_options={"populate_existing": True})).all())
    for row in rows:
        row.taken_from = holders.get(row.id)
    return rows


async def renew(database: Database, rows: Sequence[LeasedRow]) -> set[str]:
    """Hold rows of one table for another lease; the ids of those that are still ours.

    One that has been given back meanwhile stays free.
    """
    if not rows:
        return set()
    table = type(rows[0])
    held = tuple_(table.id, table.fence, table.owner).in_([(row.id, row.fence, row.owner) for row in rows])
    async with database.transaction() as session:
        until = await database.now(session) + LEASE_SECONDS
        renewal = update(table).where(held).values(lease_until=until).returning(table.id)
        return set((await session.scalars(renewal, execution_options={"synchronize_session": False})).all())


async def release(
    database: Database, row: LeasedRow, *, after: float, failures: int = 0, crashes: int | None = None
) -> None:
    """Give the row back, due again in `after` seconds, with what counts against it. A lost lease is no error here."""
    async with database.transaction() as session:
        now = await database.now(session)
        try:
            await write(
                session,
                row,
                owner=None,
                lease_until=None,
                due_at=now + after,
                failures=failures,
                crashes=row.crashes if crashes is None else crashes,
            )
        except LeaseLost:
            return


async def write(session: AsyncSession, row: LeasedRow, **values: Any) -> None:
    """Change the row, in the database and in `row`, while we hold its fence. Raises LeaseLost otherwise."""
    table = type(row)
    found = await session.execute(
        update(table).where(table.id == row.id, table.fence == row.fence).values(**values).returning(table.id)
    )
    if found.scalar_one_or_none() is None:
        raise LeaseLost(row.id)
    for name, value in values.items():
        setattr(row, name, value)


async def record(session: AsyncSession, now: float, subject: str, actor: str, what: str, **detail: Any) -> None:
    """Add an audit row to the transaction that does what it tells."""
    session.add(AuditEntry(at=now, subject=subject, actor=actor, what=what, detail=detail))


async def due_ids(
    session: AsyncSession, table: type[LeasedRow], where: ColumnElement[bool], now: float, limit: int
) -> list[str]:
    """The ids of at most `limit` free rows, oldest first; on Postgres those that another replica is taking are left."""
    query = select(table.id).where(where, free(table, now)).order_by(table.created_at).limit(limit)
    return list((await session.scalars(query.with_for_update(skip_locked=True))).all())
