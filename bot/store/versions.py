"""Versions of a thread's code: numbered from 1, each after the newest before it."""

from sqlalchemy import Select, select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.store.approvals import void_in_thread
from bot.store.models import CodeVersion, Thread


def newest_first(session_id: str) -> Select[CodeVersion]:
    """The versions of a thread, the current one first."""
    return select(CodeVersion).where(CodeVersion.session_id == session_id).order_by(CodeVersion.number.desc())


async def add_version(session: AsyncSession, version: CodeVersion) -> CodeVersion:
    """Add `version` as the thread's current one; the thread's row is locked, so that no two get one number.

    Approvals of the versions before it are void: the code has changed.
    """
    await session.get(Thread, version.session_id, with_for_update=True)
    newest = (await session.scalars(newest_first(version.session_id).limit(1))).first()
    await void_in_thread(session, version.session_id, version.created_at)
    version.parent_id = newest.id if newest else None
    version.number = newest.number + 1 if newest else 1
    session.add(version)
    await session.flush()
    return version
