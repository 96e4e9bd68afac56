"""What goes on now: in a thread, and for a person."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Select, select

from bot.sessions import session_id
from bot.store.counts import counts
from bot.store.database import Database
from bot.store.models import RUN_OPEN, TURN_OPEN, CodeVersion, Run, Turn
from bot.store.turns import API
from bot.store.versions import newest_first

MOST = 20
"""Rows of a kind that are told."""


@dataclass(frozen=True)
class InThread:
    """A thread now: what is open, oldest first, and its programs."""

    turns: Sequence[Turn]
    runs: Sequence[Run]
    newest: CodeVersion | None
    validated: CodeVersion | None
    last_run: Run | None


@dataclass(frozen=True)
class OfPerson:
    """What a person waits for, oldest first: requests for code, and runs with their programs' titles.

    `queued` and `under_way` count the runs of everybody.
    """

    turns: Sequence[Turn]
    runs: Sequence[tuple[Run, str]]
    queued: int
    under_way: int


@dataclass(frozen=True)
class Open:
    """The turns and the runs of a thread that have not ended: their ids, oldest first."""

    turns: Sequence[str]
    runs: Sequence[str]

    def __bool__(self) -> bool:
        return bool(self.turns or self.runs)


class Ongoing:
    """Reads rows that nobody has finished yet."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def once(self, key: str) -> bool:
        """Whether this is the first time that somebody says so: what comes by two events is done by one."""
        return await self._database.first_time(key)

    async def in_thread(self, team: str, channel: str, thread_ts: str) -> InThread:
        """The thread now."""
        session_key = session_id(team, channel, thread_ts)
        versions = newest_first(session_key).limit(1)
        runs = select(Run).where(Run.session_id == session_key)
        open_turns, open_runs = _open(team, channel, thread_ts)
        async with self._database.reading() as session:
            return InThread(
                turns=(await session.scalars(open_turns.limit(MOST))).all(),
                runs=(await session.scalars(open_runs.limit(MOST))).all(),
                newest=(await session.scalars(versions)).first(),
                validated=(await session.scalars(versions.where(CodeVersion.state == "validated"))).first(),
                last_run=(await session.scalars(runs.order_by(Run.created_at.desc()).limit(1))).first(),
            )

    async def open_in_thread(self, team: str, channel: str, thread_ts: str) -> Open:
        """What has not ended in the thread."""
        turns, runs = _open(team, channel, thread_ts)
        async with self._database.reading() as session:
            return Open(
                turns=(await session.scalars(turns.with_only_columns(Turn.id))).all(),
                runs=(await session.scalars(runs.with_only_columns(Run.id))).all(),
            )

    async def version(self, version_id: str | None) -> CodeVersion | None:
        """A program by its id."""
        async with self._database.reading() as session:
            return await session.get(CodeVersion, version_id) if version_id else None

    async def of_person(self, team: str, user_id: str) -> OfPerson:
        """What the person waits for now."""
        turns = select(Turn).where(Turn.team == team, Turn.user_id == user_id, Turn.surface != API, _OPEN_TURN)
        runs = (
            select(Run, CodeVersion.title)
            .join(CodeVersion, CodeVersion.id == Run.version_id)
            .where(Run.team == team, Run.user_id == user_id, Run.surface != API, _OPEN_RUN)
            .order_by(Run.created_at)
            .limit(MOST)
        )
        total = await counts(self._database)
        async with self._database.reading() as session:
            return OfPerson(
                turns=(await session.scalars(turns.order_by(Turn.created_at).limit(MOST))).all(),
                runs=[(run, title) for run, title in await session.execute(runs)],
                queued=total["runs_queued"],
                under_way=total["runs_under_way"],
            )

    async def seconds_since(self, moment: float) -> float:
        """Seconds since a moment of the database's clock."""
        async with self._database.reading() as session:
            return await self._database.now(session) - moment


_OPEN_TURN: ColumnElement[bool] = Turn.delivered.is_(False) & Turn.state.in_(TURN_OPEN)
_OPEN_RUN: ColumnElement[bool] = Run.delivered.is_(False) & Run.state.in_(RUN_OPEN)


def _open(team: str, channel: str, thread_ts: str) -> tuple[Select[Turn], Select[Run]]:
    """The thread's turns and runs that have not ended, oldest first."""
    turns = select(Turn).where(Turn.team == team, Turn.channel == channel, Turn.thread_ts == thread_ts, _OPEN_TURN)
    runs = select(Run).where(Run.session_id == session_id(team, channel, thread_ts), _OPEN_RUN)
    return turns.order_by(Turn.created_at), runs.order_by(Run.created_at)
