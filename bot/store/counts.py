"""How much waits and how much is under way, for the metrics."""

from sqlalchemy import func, select

from bot.store.admission import UNDER_WAY, WAITS
from bot.store.database import Database
from bot.store.models import Run, Turn


async def counts(database: Database) -> dict[str, int]:
    """Rows by what they wait for. Raises StoreUnavailable."""
    wheres = {
        "turns_waiting": Turn.delivered.is_(False) & (Turn.state == "requested"),
        "turns_working": Turn.delivered.is_(False) & (Turn.state == "working"),
        "runs_queued": WAITS,
        "runs_under_way": UNDER_WAY,
        "runs_undelivered": Run.delivered.is_(False) & Run.ended_at.is_not(None),
    }
    async with database.reading() as session:
        return {what: await session.scalar(select(func.count()).where(where)) or 0 for what, where in wheres.items()}
