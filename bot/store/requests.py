"""Requests for code on their way into the store: all that arrive at one moment in one transaction."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import delete, func, insert, select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.errors import Busy
from bot.store.database import Database
from bot.store.models import AuditEntry, DedupeKey, Turn

TICK = 1e-6
"""Seconds between two requests of one transaction, so that they keep their order."""
NEW = {"state": "requested", "fence": 0, "failures": 0, "crashes": 0, "interruptions": 0, "delivered": False}


@dataclass(frozen=True)
class NewTurn:
    """What is known of a request when it arrives; `thread_ts` is None while the thread has no root message."""

    id: str
    team: str
    channel: str
    thread_ts: str | None
    user_id: str
    surface: str
    prompt: str
    cluster: str
    response_url: str | None = None
    base: str | None = None
    message_ts: str | None = None
    attached: list[dict[str, Any]] | None = None
    given_code: str | None = None
    given_file: dict[str, Any] | None = None


@dataclass(frozen=True)
class Request:
    """A request, and everything by which it would be known again."""

    turn: NewTurn
    keys: tuple[str, ...]


class Requests:
    """Writes requests down, as long as no more than `waiting` wait; 0 means without end."""

    def __init__(self, database: Database, waiting: int) -> None:
        self._database = database
        self._waiting = waiting

    async def write(self, batch: Sequence[Request]) -> list[bool | Exception]:
        """Whether each was new: True, False, or Busy, of which nothing is kept."""
        async with self._database.transaction() as session:
            now = await self._database.now(session)
            fresh = await self._with_new_keys(session, batch, now)
            room = await self._room(session, len(fresh))
            taken, refused = fresh[:room], fresh[room:]
            await _forget_keys(session, refused)
            written = await self._insert(session, taken, now)
        new = {id(request) for request in taken if request.turn.id in written}
        busy = {id(request) for request in refused}
        return [self._busy() if id(request) in busy else id(request) in new for request in batch]

    async def _with_new_keys(self, session: AsyncSession, batch: Sequence[Request], now: float) -> list[Request]:
        """The requests of which no key has come before, neither to the store nor within the batch."""
        rows = [{"key": key, "created_at": now} for request in batch for key in request.keys]
        new = await self._database.insert_new(session, DedupeKey, DedupeKey.key, rows)
        fresh = []
        for request in batch:
            if new.issuperset(request.keys):
                fresh.append(request)
            new.difference_update(request.keys)
        return fresh

    async def _room(self, session: AsyncSession, wanted: int) -> int:
        if not self._waiting:
            return wanted
        waits = Turn.delivered.is_(False) & (Turn.state == "requested")
        waiting = await session.scalar(select(func.count()).select_from(Turn).where(waits)) or 0
        return max(0, self._waiting - waiting)

    async def _insert(self, session: AsyncSession, requests: Sequence[Request], now: float) -> set[str]:
        """The ids of those whose id was new."""
        times = [{"created_at": now + number * TICK, "due_at": now} for number in range(len(requests))]
        rows = [{**vars(r.turn), **NEW, **at} for r, at in zip(requests, times, strict=True)]
        written = await self._database.insert_new(session, Turn, Turn.id, rows)
        said = [_audit(r.turn, now) for r in requests if r.turn.id in written]
        if said:
            await session.execute(insert(AuditEntry), said)
        return written

    def _busy(self) -> Busy:
        many = "1 request is" if self._waiting == 1 else f"{self._waiting} requests are"
        return Busy("too_many_turns", f"{many} waiting already. Ask again in a few minutes.")


async def _forget_keys(session: AsyncSession, requests: Sequence[Request]) -> None:
    keys = [key for request in requests for key in request.keys]
    if keys:
        await session.execute(delete(DedupeKey).where(DedupeKey.key.in_(keys)))


def _audit(turn: NewTurn, now: float) -> dict[str, Any]:
    return {
        "at": now,
        "subject": turn.id,
        "actor": turn.user_id,
        "what": "requested",
        "detail": {"surface": turn.surface},
    }
