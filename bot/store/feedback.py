"""What people say of results."""

from sqlalchemy import select, update

from bot.store import leases
from bot.store.database import Database
from bot.store.models import Feedback, Run


class FeedbackStore:
    """Writes down what people say of runs' results: the last word of each person counts."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def give(self, run_id: str, user_id: str, *, helpful: bool) -> bool:
        """Write it down; False for a run that is no longer kept."""
        async with self._database.transaction() as session:
            if await session.scalar(select(Run.id).where(Run.id == run_id)) is None:
                return False
            now = await self._database.now(session)
            said = {"helpful": helpful, "at": now}
            key = {"run_id": run_id, "user_id": user_id}
            if not await self._database.insert_if_absent(session, Feedback, **key, **said):
                await session.execute(update(Feedback).filter_by(**key).values(said))
            await leases.record(session, now, run_id, user_id, "feedback", helpful=helpful)
        return True
