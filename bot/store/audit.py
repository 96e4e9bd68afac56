"""The audit, read: what people did, newest first."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

from sqlalchemy import Select, func, or_, select

from bot.store.database import Database
from bot.store.models import AuditEntry, CodeVersion, Run, Thread, Turn

OURSELVES = "raygen"
"""The actor of what nobody did by hand."""


@dataclass(frozen=True)
class Deed:
    """Who did what to which row, where and when: ids and our own words, nothing that anybody wrote or printed.

    `thread_ts` is None for a request whose thread had no root message yet.
    """

    at: float
    actor: str
    what: str
    kind: Literal["request", "run", "program"]
    subject: str
    channel: str
    thread_ts: str | None


@dataclass(frozen=True)
class Page:
    """Some entries, newest first; `older` is what to ask with for those before them, None when there are none."""

    deeds: Sequence[Deed]
    older: int | None


class AuditLog:
    """Reads the audit of one workspace; entries of threads that were deleted belong to none, and are left out."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def page(self, team: str, before: int | None, limit: int) -> Page:
        """The `limit` entries before the one with the number `before`, or the latest."""
        query = _deeds(team).order_by(AuditEntry.seq.desc()).limit(limit + 1)
        if before is not None:
            query = query.where(AuditEntry.seq < before)
        async with self._database.reading() as session:
            found = (await session.execute(query)).all()
        shown = found[:limit]
        return Page([_deed(row) for row in shown], shown[-1].seq if len(found) > limit else None)


def _deeds(team: str) -> Select[int, float, str, str, str, str, str, str, str]:
    """What people did in the workspace, with the place where each subject is."""
    return (
        select(
            AuditEntry.seq,
            AuditEntry.at,
            AuditEntry.actor,
            AuditEntry.what,
            AuditEntry.subject,
            Turn.id.label("turn"),
            Run.id.label("run"),
            func.coalesce(Turn.channel, Run.channel, Thread.channel).label("channel"),
            func.coalesce(Turn.thread_ts, Run.thread_ts, Thread.ts).label("thread_ts"),
        )
        .outerjoin(Turn, Turn.id == AuditEntry.subject)
        .outerjoin(Run, Run.id == AuditEntry.subject)
        .outerjoin(CodeVersion, CodeVersion.id == AuditEntry.subject)
        .outerjoin(Thread, Thread.session_id == CodeVersion.session_id)
        .where(AuditEntry.actor != OURSELVES, or_(Turn.team == team, Run.team == team, Thread.team == team))
    )


def _deed(row: Any) -> Deed:
    kind: Literal["request", "run", "program"] = "request" if row.turn else "run" if row.run else "program"
    return Deed(row.at, row.actor, row.what, kind, row.subject, row.channel, row.thread_ts)
