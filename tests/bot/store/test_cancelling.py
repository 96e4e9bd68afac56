"""Programs that are cancelled, on both databases: never at the same moment as they are run or approved."""

import asyncio

import pytest
from sqlalchemy import select

from bot.errors import Stale
from bot.store.approvals import ApprovalStore
from bot.store.cancelling import CancelStore
from bot.store.models import ApprovalRow, AuditEntry, CodeVersion
from tests.bot.store.test_turn_store import SESSION
from tests.fakes.supervisor import needs_approval, validated


@pytest.fixture
def cancellations(database):
    return CancelStore(database)


@pytest.fixture
def answered(turns, new_turn):
    """A program that answers a turn."""

    async def answered(answer, number=1):
        await turns.request(new_turn(number))
        (turn,) = await turns.claim(1)
        await turns.open_thread(turn, turn.thread_ts, SESSION)
        version = await turns.answer_with_code(turn, SESSION, answer)
        await turns.deliver(turn)
        return version

    return answered


async def test_of_cancel_and_run_at_the_same_moment_one_is_refused(cancellations, answered, runs, database):
    version = await answered(validated())

    done = await asyncio.gather(
        cancellations.cancel(version.id, "U2"),
        runs.request(version.id, "card", 1, "U1", timeout_seconds=60),
        return_exceptions=True,
    )

    (refused,) = (each for each in done if isinstance(each, Stale))
    async with database.reading() as session:
        now = await session.get_one(CodeVersion, version.id)
    assert (refused.code, now.cancelled_by) in {("runs_now", None), ("cancelled", "U2")}


async def test_what_is_approved_and_cancelled_at_once_ends_cancelled(cancellations, answered, database):
    version, approvals = await answered(needs_approval()), ApprovalStore(database)

    await asyncio.gather(
        cancellations.cancel(version.id, "U3"),
        approvals.approve(f"{version.id}.1", "U2", 1),
        return_exceptions=True,
    )

    assert (await approvals.current(version.id)).state == "void"
    with pytest.raises(Stale, match="cancelled"):
        await approvals.ask_again(version.id, "U1")


async def test_a_declined_program_stays_declined(cancellations, answered, database):
    version, approvals = await answered(needs_approval()), ApprovalStore(database)
    await approvals.decline(f"{version.id}.1", "U2")

    await cancellations.cancel(version.id, "U3")
    await cancellations.bring_back(version.id, "U3")

    declined = await approvals.current(version.id)
    assert (declined.state, declined.ended_by) == ("declined", "U2")


async def test_an_approval_that_had_run_out_is_not_said_to_be_ended_by_who_cancels(cancellations, answered, database):
    version, approvals = await answered(needs_approval()), ApprovalStore(database)
    await approvals.approve(f"{version.id}.1", "U2", 1)
    async with database.transaction() as session:
        row = (await session.scalars(select(ApprovalRow))).one()
        row.expires_at = 1.0

    await cancellations.cancel(version.id, "U3")

    async with database.reading() as session:
        said = (await session.scalars(select(AuditEntry).where(AuditEntry.what.in_(["void", "expired"])))).all()
    assert [(entry.what, entry.actor) for entry in said] == [("expired", "raygen")]


async def test_only_the_newest_program_says_how_the_thread_is_left(cancellations, answered):
    first, second = await answered(validated("print(1)"), 1), await answered(validated("print(2)"), 2)

    found = [await cancellations.cancel(version.id, "U2") for version in (first, second)]

    assert found == [False, True]


async def test_what_is_no_longer_kept_is_not_cancelled(cancellations):
    with pytest.raises(Stale, match="unknown_version"):
        await cancellations.cancel("version-of-nobody", "U2")
