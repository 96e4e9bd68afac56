"""What a person has asked for and run, newest first, for the pages that list it."""

from sqlalchemy import func, select

from bot.store.admission import UNDER_WAY, WAITS
from bot.store.database import Database
from bot.store.models import CodeVersion, Run, Turn
from bot.store.turns import API

RECENT_TURNS = 50
"""How far back threads are looked for: a thread has a few turns."""


class Overview:
    """Reads the rows of one person."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def runs(self, team: str, user_id: str, limit: int) -> list[tuple[Run, str]]:
        """The newest runs that the person has started in threads, each with its program's title."""
        query = (
            select(Run, CodeVersion.title)
            .join(CodeVersion, CodeVersion.id == Run.version_id)
            .where(Run.team == team, Run.user_id == user_id, Run.surface != API)
            .order_by(Run.created_at.desc())
            .limit(limit)
        )
        async with self._database.reading() as session:
            return [(run, title) for run, title in await session.execute(query)]

    async def threads(self, team: str, user_id: str, limit: int) -> list[Turn]:
        """The newest request of the person in each of the threads in which they have lately asked for something."""
        query = (
            select(Turn)
            .where(Turn.team == team, Turn.user_id == user_id, Turn.surface != API, Turn.thread_ts.is_not(None))
            .order_by(Turn.created_at.desc())
            .limit(RECENT_TURNS)
        )
        async with self._database.reading() as session:
            newest_first = list(await session.scalars(query))
        by_thread = {(turn.channel, turn.thread_ts): turn for turn in reversed(newest_first)}
        return sorted(by_thread.values(), key=lambda turn: -turn.created_at)[:limit]

    async def queue(self, cluster: str) -> tuple[int, int]:
        """How many runs wait for the cluster, and how many are under way there: those of everybody."""
        async with self._database.reading() as session:
            counts = [
                await session.scalar(select(func.count()).select_from(Run).where(which, Run.cluster == cluster)) or 0
                for which in (WAITS, UNDER_WAY)
            ]
        return counts[0], counts[1]

    async def now(self) -> float:
        """Seconds since the epoch by the database's clock."""
        async with self._database.reading() as session:
            return await self._database.now(session)
