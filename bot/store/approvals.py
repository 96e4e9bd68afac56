"""Approvals in the store: each change is a compare-and-set, in one transaction with its audit row.

Two replicas that change one approval at the same moment do it one after the other, and the second sees what the first
has done. What belongs to another row's change, such as using an approval for a run, happens in that one's transaction.
"""

from collections.abc import Callable
from dataclasses import asdict

from sqlalchemy import ColumnElement, Select, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from agents.wire import sha256_of
from bot.errors import Stale
from bot.store import approval_states as states
from bot.store import leases
from bot.store.approval_states import ENDS, Approval, Vote
from bot.store.database import NO_KEY_UPDATE, Database
from bot.store.models import ApprovalRow, CodeVersion, Turn

NEEDS_APPROVAL = "needs_approval"
"""The state of a version that is run only when it was approved."""
OPEN = ("pending", "approved")
GONE = "This code is no longer kept. Ask for it again in the thread."
CANCELLED = "This program was cancelled, so it is not run. Press Bring it back on its card, or ask for other code."


class ApprovalStore:
    """The rows of approvals. Its methods raise Refused or Stale with a sentence for the person."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def current(self, version_id: str) -> Approval | None:
        """The newest approval of a program as it is now; None when the program never needed one."""
        async with self._database.reading() as session:
            row = await session.scalar(_newest(version_id))
            return states.at(_approval(row), await self._database.now(session)) if row else None

    async def find(self, approval: str) -> Approval:
        """An approval by its id, as it is now. Raises Stale when it is no longer kept."""
        async with self._database.reading() as session:
            row = await session.get(ApprovalRow, approval)
            if row is None:
                raise Stale("unknown_approval", GONE)
            return states.at(_approval(row), await self._database.now(session))

    async def of_run(self, version_id: str, run_id: str) -> Approval | None:
        """The approval that was used for a run."""
        query = select(ApprovalRow).where(ApprovalRow.version_id == version_id, ApprovalRow.run_id == run_id)
        async with self._database.reading() as session:
            row = await session.scalar(query)
            return _approval(row) if row else None

    async def approve(self, approval: str, user_id: str, needed: int) -> Approval:
        """Add the approval of `user_id`, who may: who may is decided before."""
        return await self._change(approval, user_id, "approved", lambda a, now: states.approve(a, user_id, needed, now))

    async def decline(self, approval: str, user_id: str) -> Approval:
        """Have the program not run, by the word of `user_id`, who may."""
        return await self._change(approval, user_id, "declined", lambda a, now: states.decline(a, user_id, now))

    async def ask_again(self, version_id: str, user_id: str) -> Approval:
        """Another approval for a program whose last one is over; the one that is open, if there is one."""
        async with self._database.transaction() as session:
            now = await self._database.now(session)
            # the program's row first: two who ask at the same moment must not both count from the same approval
            version = await session.get(CodeVersion, version_id, with_for_update=NO_KEY_UPDATE)
            row = await session.scalar(_newest(version_id).with_for_update())
            if row is None or version is None:
                raise Stale("unknown_approval", GONE)
            require_wanted(version)
            last = states.at(_approval(row), now)
            if last.state == "declined":
                raise states.not_approved(last)
            if last.state not in states.ASKS_AGAIN:
                return last
            if row.state in OPEN:
                await _write(session, row, last, now)
            return await ask(session, version, last.requester, now, number=last.number + 1, asked_by=user_id)

    async def is_first_call(self, approval: str) -> bool:
        """Whether its approvers have not been called yet."""
        return await self._database.first_time(f"call:{approval}")

    async def _change(
        self, approval: str, user_id: str, what: str, change: Callable[[Approval, float], Approval]
    ) -> Approval:
        async with self._database.transaction() as session:
            now = await self._database.now(session)
            row = await session.get(ApprovalRow, approval, with_for_update=True)
            if row is None:
                raise Stale("unknown_approval", GONE)
            require_wanted(await session.get_one(CodeVersion, row.version_id))
            changed = change(_approval(row), now)
            await _write(session, row, changed, now)
            await _record(session, now, user_id, what, changed)
            return changed


async def ask(
    session: AsyncSession, version: CodeVersion, requester: str, now: float, *, number: int = 1, asked_by: str = ""
) -> Approval:
    """Write down that a program waits for approval: the one that is shown, whatever hash its writer has claimed."""
    asked = Approval(version.id, number, sha256_of(version.code), version.cluster, requester)
    row = ApprovalRow(id=asked.id, session_id=version.session_id, revision=0, created_at=now, **_columns(asked))
    session.add(row)
    await session.flush()
    await _record(session, now, asked_by or requester, "approval asked", asked)
    return asked


async def require_use(session: AsyncSession, version: CodeVersion, run_id: str, user_id: str, now: float) -> None:
    """Use the program's approval for this run, if it needs one.

    Raises Refused or Stale when there is none to use, and Stale for a program that was cancelled.
    """
    require_wanted(version)
    if version.state != NEEDS_APPROVAL:
        return
    row = await session.scalar(_newest(version.id).with_for_update())
    if row is None:
        turn = await session.get_one(Turn, version.turn_id)
        raise states.not_approved(Approval(version.id, 0, version.sha256, version.cluster, turn.user_id))
    used = states.use(_approval(row), run_id, sha256_of(version.code), version.cluster, now)
    await _write(session, row, used, now)
    await _record(session, now, user_id, "approval used", used, run=run_id)


def require_wanted(version: CodeVersion) -> None:
    """Do nothing for a program that nobody has cancelled. Raises Stale otherwise."""
    if version.cancelled_by is not None:
        raise Stale("cancelled", CANCELLED)


async def void_in_thread(session: AsyncSession, session_id: str, now: float) -> None:
    """The thread gets other code: what was approved, or waits for it, before counts no longer."""
    await _void(session, ApprovalRow.session_id == session_id, now)


async def void_of_version(session: AsyncSession, version_id: str, user_id: str, now: float) -> None:
    """The program is cancelled by `user_id`: what was approved of it, or waits for approval, counts no longer."""
    await _void(session, ApprovalRow.version_id == version_id, now, user_id)


async def _void(session: AsyncSession, which: ColumnElement[bool], now: float, by: str | None = None) -> None:
    still_open = select(ApprovalRow).where(which, ApprovalRow.state.in_(OPEN))
    for row in (await session.scalars(still_open.with_for_update())).all():
        changed = states.void(_approval(row), now, by)
        await _write(session, row, changed, now)
        who = by if by and changed.state == "void" else "raygen"  # time may have ended it before
        await _record(session, now, who, changed.state, changed)


def _newest(version_id: str) -> Select[ApprovalRow]:
    return select(ApprovalRow).where(ApprovalRow.version_id == version_id).order_by(ApprovalRow.number.desc()).limit(1)


async def _write(session: AsyncSession, row: ApprovalRow, changed: Approval, now: float) -> None:
    """Give the row its new state, unless somebody has changed it since it was read. Raises Stale then."""
    ended = {"ended_at": now} if changed.state in ENDS else {}
    found = await session.execute(
        update(ApprovalRow)
        .where(ApprovalRow.id == row.id, ApprovalRow.revision == row.revision)
        .values(revision=row.revision + 1, **ended, **_columns(changed))
        .returning(ApprovalRow.id)
        .execution_options(synchronize_session=False)
    )
    if found.scalar_one_or_none() is None:
        raise Stale("changed_meanwhile", "Somebody else decided at the same moment. Look at the card, and press again.")


async def _record(session: AsyncSession, now: float, actor: str, what: str, about: Approval, **more: object) -> None:
    detail = {"approval": about.number, "state": about.state, "sha256": about.sha256, "cluster": about.cluster, **more}
    await leases.record(session, now, about.version_id, actor, what, **detail)


def _columns(approval: Approval) -> dict[str, object]:
    values = asdict(approval)
    return values | {"votes": [asdict(vote) for vote in approval.votes]}


def _approval(row: ApprovalRow) -> Approval:
    return Approval(
        version_id=row.version_id,
        number=row.number,
        sha256=row.sha256,
        cluster=row.cluster,
        requester=row.requester,
        state=row.state,  # type: ignore[arg-type]  # only the states of this module are ever written
        votes=tuple(Vote(**vote) for vote in row.votes),
        expires_at=row.expires_at,
        run_id=row.run_id,
        ended_by=row.ended_by,
    )
