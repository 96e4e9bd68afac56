"""Approvals in the store, on both databases: each counts once, whoever decides at the same moment."""

import asyncio

import pytest
from sqlalchemy import func, select, update

from agents.wire import APPROVAL_SECONDS
from bot.errors import RaygenError, Refused, Stale
from bot.store.approvals import ApprovalStore
from bot.store.models import ApprovalRow, AuditEntry, Run
from bot.store.retention import Keep, Retention
from bot.store.runs import RunStore
from tests.bot.store.test_retention import EVERYTHING, age
from tests.bot.store.test_turn_store import SESSION
from tests.fakes.supervisor import needs_approval, validated

CARD = "1700000000.000009"
FIRST = "version-turn-1.1"


async def let_time_pass(database, seconds=APPROVAL_SECONDS + 1.0):
    """Let whatever was approved have been approved earlier."""
    async with database.transaction() as session:
        for row in await session.scalars(select(ApprovalRow)):
            votes = [vote | {"at": vote["at"] - seconds} for vote in row.votes]
            until = row.expires_at - seconds if row.expires_at else None
            await session.execute(
                update(ApprovalRow).where(ApprovalRow.id == row.id).values(votes=votes, expires_at=until)
            )


@pytest.fixture
def approvals(database):
    return ApprovalStore(database)


@pytest.fixture
async def version(turns, new_turn):
    """A program of U1's that waits for approval."""
    return await _answered(turns, new_turn(1), needs_approval())


async def _answered(turns, new, answer):
    await turns.request(new)
    (turn,) = await turns.claim(1)
    await turns.open_thread(turn, turn.thread_ts, SESSION)
    version = await turns.answer_with_code(turn, SESSION, answer)
    await turns.deliver(turn)
    return version


@pytest.fixture
def click(runs, version):
    async def click(number=1, card=CARD, user="U1"):
        return await runs.request(version.id, card, number, user, timeout_seconds=60)

    return click


@pytest.fixture
def said(database):
    async def said(what):
        async with database.reading() as session:
            entries = select(func.count()).select_from(AuditEntry).where(AuditEntry.what == what)
            return await session.scalar(entries)

    return said


async def outcomes(*works):
    found = await asyncio.gather(*works, return_exceptions=True)
    return sorted(type(one).__name__ for one in found)


async def test_a_program_that_needs_approval_waits_for_it_from_the_moment_it_is_kept(approvals, version, said):
    current = await approvals.current(version.id)

    assert (current.state, current.requester, current.id) == ("pending", "U1", FIRST)
    assert await said("approval asked") == 1


async def test_a_program_without_approval_is_not_run(click, database):
    with pytest.raises(Refused, match="needs_approval"):
        await click()

    async with database.reading() as session:
        assert await session.scalar(select(func.count()).select_from(Run)) == 0


async def test_an_approval_is_used_by_one_run_and_the_same_click_again_uses_nothing(approvals, click, said):
    await approvals.approve(FIRST, "U2", 1)

    first, again = await click(), await click()
    with pytest.raises(Stale, match="approval_used"):
        await click(number=2)

    assert (await approvals.of_run(first.version_id, first.id)).approvers == ("U2",)
    assert again is None
    assert await said("approval used") == 1


async def test_different_clicks_at_once_get_one_run_out_of_one_approval(approvals, database, version, said):
    await approvals.approve(FIRST, "U2", 1)
    stores = [RunStore(database, f"replica-{number}") for number in range(4)]

    found = await outcomes(
        *(store.request(version.id, f"card-{n}", n, "U1", timeout_seconds=60) for n, store in enumerate(stores))
    )

    assert found == ["Run", "Stale", "Stale", "Stale"]
    assert await said("approval used") == await said("requested") - 1 == 1


async def test_two_approvers_at_once_on_two_replicas_give_one_approval(database, version, said):
    replicas = [ApprovalStore(database) for _ in range(4)]

    found = await outcomes(*(store.approve(FIRST, f"U{number + 2}", 1) for number, store in enumerate(replicas)))

    assert found == ["Approval", "Stale", "Stale", "Stale"]
    assert await said("approved") == 1


async def test_one_persons_double_click_is_one_of_two_approvals(approvals, version, said):
    found = await outcomes(*(approvals.approve(FIRST, "U2", 2) for _ in range(3)))

    current = await approvals.current(version.id)
    assert found == ["Approval", "Stale", "Stale"]
    assert (current.state, current.approvers) == ("pending", ("U2",))
    assert await said("approved") == 1


async def test_approving_and_declining_at_once_is_decided_one_after_the_other(approvals, version):
    await asyncio.gather(approvals.approve(FIRST, "U2", 1), approvals.decline(FIRST, "U3"), return_exceptions=True)

    assert (await approvals.current(version.id)).state == "declined"


async def test_the_requester_decides_nothing(approvals, version):
    for decide in (approvals.approve(FIRST, "U1", 1), approvals.decline(FIRST, "U1")):
        with pytest.raises(Refused, match="own_request"):
            await decide


async def test_an_approval_lasts_half_an_hour_by_the_databases_clock(approvals, click, database):
    await approvals.approve(FIRST, "U2", 1)
    await let_time_pass(database)

    with pytest.raises(Stale, match="approval_expired"):
        await click()


async def test_of_two_approvals_the_older_one_ends_both(approvals, database, version):
    await approvals.approve(FIRST, "U2", 2)
    await let_time_pass(database, 1_000)

    approved = await approvals.approve(FIRST, "U3", 2)

    first, second = approved.votes
    assert approved.state == "approved"
    assert approved.expires_at == first.at + APPROVAL_SECONDS < second.at + APPROVAL_SECONDS


async def test_an_approval_that_ran_out_does_not_count_as_one_of_two(approvals, database, version):
    await approvals.approve(FIRST, "U2", 2)
    await let_time_pass(database)

    again = await approvals.approve(FIRST, "U3", 2)

    assert (again.state, again.approvers) == ("pending", ("U3",))


async def test_other_code_in_the_thread_makes_an_approval_void(approvals, click, turns, new_turn, said):
    await approvals.approve(FIRST, "U2", 1)
    await _answered(turns, new_turn(2), validated("print(2)"))

    with pytest.raises(Stale, match="approval_void"):
        await click()
    assert await said("void") == 1


async def test_code_that_was_changed_in_the_store_is_not_what_was_approved(approvals, click, database, version):
    await approvals.approve(FIRST, "U2", 1)
    async with database.transaction() as session:
        (await session.merge(version)).code = "print('something else')"

    with pytest.raises(Stale, match="approval_void"):
        await click()


async def test_asking_again_opens_one_more_round_for_however_many_ask(approvals, database, click, version):
    await approvals.approve(FIRST, "U2", 1)
    await click()

    rounds = await asyncio.gather(*(ApprovalStore(database).ask_again(version.id, f"U{n}") for n in range(4)))

    assert {one.id for one in rounds} == {"version-turn-1.2"}
    assert {(one.state, one.requester) for one in rounds} == {("pending", "U1")}


async def test_what_was_declined_is_not_asked_for_again(approvals, version):
    await approvals.decline(FIRST, "U2")

    with pytest.raises(Stale, match="approval_declined"):
        await approvals.ask_again(version.id, "U1")


async def test_an_approval_that_is_not_kept_says_so(approvals, version):
    for work in (approvals.approve("version-x.1", "U2", 1), approvals.find("v.9"), approvals.ask_again("v", "U1")):
        with pytest.raises(RaygenError, match="unknown_approval"):
            await work


async def test_a_forgotten_thread_takes_its_approvals_along(approvals, database, version):
    await age(database, *EVERYTHING)

    assert (await Retention(database, Keep(code=30)).forget())["threads"] == 1
    assert await approvals.current(version.id) is None
