"""A program that a direct message has taken along from another thread, and what had been asked there until then.

The message opens a thread, and its turn names the program; every later turn of that thread finds it by the first one.
"""

from collections.abc import Sequence

from sqlalchemy import Row, Select, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from agents.wire import MAX_HISTORY_TURNS, PastTurn
from bot.store.history import told
from bot.store.models import CodeVersion, Turn


async def program(session: AsyncSession, turn: Turn) -> CodeVersion | None:
    """The program that the turn's thread began with; None when it began with none, or it is no longer kept."""
    same_thread = (Turn.team == turn.team, Turn.channel == turn.channel, Turn.thread_ts == turn.thread_ts)
    opening = select(Turn.base).where(*same_thread, Turn.message_ts == turn.thread_ts, Turn.base != "").limit(1)
    found: CodeVersion | None = await session.scalar(
        select(CodeVersion).where(CodeVersion.id == opening.scalar_subquery())
    )
    return found


async def requests(session: AsyncSession, version: CodeVersion) -> tuple[PastTurn, ...]:
    """What led to the program in its own thread, oldest first, without the numbers that its versions have there.

    What was asked between a program and the return to it is left out: the program is the same again.
    """
    said: tuple[PastTurn, ...] = ()
    source: CodeVersion | None = version
    while source is not None and len(said) < MAX_HISTORY_TURNS:
        last = await session.get(Turn, source.turn_id)
        if last is None:  # forgotten in this moment
            break
        said = (*_standing((await session.execute(_until(last))).all()), *said)
        source = await program(session, last)
    return said[-MAX_HISTORY_TURNS:]


def _until(last: Turn) -> Select[Turn, str | None]:
    """The turns of a thread up to `last`, the newest first, each with the identity of its program."""
    there = (Turn.team == last.team, Turn.channel == last.channel, Turn.thread_ts == last.thread_ts)
    before = (or_(Turn.delivered, Turn.id == last.id), Turn.created_at <= last.created_at, Turn.prompt != "")
    query = select(Turn, CodeVersion.sha256).outerjoin(CodeVersion, CodeVersion.id == Turn.version_id)
    return query.where(*there, *before).order_by(Turn.created_at.desc()).limit(MAX_HISTORY_TURNS)


def _standing(newest_first: Sequence[Row[Turn, str | None]]) -> tuple[PastTurn, ...]:
    standing: list[Row[Turn, str | None]] = []
    for row in reversed(newest_first):
        sha256 = row[1]
        programs = [each for _, each in standing]
        if sha256 is not None and sha256 in programs:
            standing = standing[: programs.index(sha256) + 1]
        else:
            standing.append(row)
    return tuple(PastTurn(prompt=turn.prompt, answer=told(turn)) for turn, _ in standing)
