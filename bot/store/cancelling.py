"""Programs that somebody does not want: who has cancelled them, and who brings them back.

The program's row is locked by whoever changes this, as it is by whoever asks for a run of it: a program is never
cancelled and started at the same moment.
"""

from sqlalchemy import exists, select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.errors import Stale
from bot.store import leases
from bot.store.approvals import GONE, void_of_version
from bot.store.database import NO_KEY_UPDATE, Database
from bot.store.models import RUN_OPEN, CodeVersion, Run
from bot.store.versions import newest_first

BEFORE = "This program has been cancelled already: see its card. Bring it back is there."
NOT_CANCELLED = "This program is not cancelled: see its card."
RUNS = "A run of this program is under way or waits, so it is not cancelled. Press Stop on the run's card first."


class CancelStore:
    """Its methods raise Stale with a sentence for the person, with nothing written then."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def cancel(self, version_id: str, user_id: str) -> bool:
        """Have nothing of the program run any more, and its open approval void; whether it is its thread's newest."""
        async with self._database.transaction() as session:
            version = await locked(session, version_id)
            if version.cancelled_by is not None:
                raise Stale("cancelled_before", BEFORE)
            if await session.scalar(select(exists().where(Run.version_id == version_id, Run.state.in_(RUN_OPEN)))):
                raise Stale("runs_now", RUNS)
            now = await self._database.now(session)
            version.cancelled_by = user_id
            await void_of_version(session, version_id, user_id, now)
            await leases.record(session, now, version_id, user_id, "cancelled")
            return await _is_newest(session, version)

    async def bring_back(self, version_id: str, user_id: str) -> bool:
        """Have the program as it was, without the approval it had; whether it is its thread's newest."""
        async with self._database.transaction() as session:
            version = await locked(session, version_id)
            if version.cancelled_by is None:
                raise Stale("not_cancelled", NOT_CANCELLED)
            version.cancelled_by = None
            await leases.record(session, await self._database.now(session), version_id, user_id, "brought back")
            return await _is_newest(session, version)


async def locked(session: AsyncSession, version_id: str) -> CodeVersion:
    """The program's row, for whoever changes whether it is wanted. Raises Stale for one that is not kept."""
    version = await session.get(CodeVersion, version_id, with_for_update=NO_KEY_UPDATE)
    if version is None:
        raise Stale("unknown_version", GONE)
    return version


async def _is_newest(session: AsyncSession, version: CodeVersion) -> bool:
    newest = (await session.scalars(newest_first(version.session_id).limit(1))).first()
    return newest is version
