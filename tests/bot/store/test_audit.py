"""The audit as administrators read it."""

import pytest

from bot.sessions import session_id
from bot.store.approvals import ApprovalStore
from bot.store.audit import AuditLog
from bot.store.retention import Keep, Retention
from tests.fakes.supervisor import needs_approval, validated

THREAD = "1700000000.000001"


@pytest.fixture
def log(database):
    return AuditLog(database)


@pytest.fixture
def answered(turns, new_turn):
    """A turn that ended with a program."""

    async def answered(number, result=None, **changes):
        session = session_id(changes.get("team", "T1"), changes.get("channel", "C1"), THREAD)
        await turns.request(new_turn(number, **changes))
        (turn,) = await turns.claim(1)
        await turns.open_thread(turn, THREAD, session)
        version = await turns.answer_with_code(turn, session, result or validated())
        await turns.deliver(turn)
        return version

    return answered


def told(page):
    return [(deed.actor, deed.what, deed.kind, deed.subject, deed.channel) for deed in page.deeds]


async def test_what_people_did_is_told_newest_first_with_where(log, answered, runs):
    version = await answered(1)
    run = await runs.request(version.id, "card", 1, "U2", timeout_seconds=60)
    await runs.ask_to_stop(run.id, "U3")

    page = await log.page("T1", None, 20)

    assert told(page) == [
        ("U3", "stop asked", "run", run.id, "C1"),
        ("U2", "requested", "run", run.id, "C1"),
        ("U1", "requested", "request", "turn-1", "C1"),
    ]
    assert {deed.thread_ts for deed in page.deeds} == {THREAD}
    assert page.older is None


async def test_approvals_are_told_of_the_program(log, answered, database):
    version = await answered(1, needs_approval())
    await ApprovalStore(database).decline(f"{version.id}.1", "U2")

    page = await log.page("T1", None, 20)

    assert ("U2", "declined", "program", version.id, "C1") in told(page)


async def test_older_entries_are_read_from_where_the_page_ended(log, turns, new_turn):
    for number in range(1, 6):
        await turns.request(new_turn(number))

    first = await log.page("T1", None, 2)
    second = await log.page("T1", first.older, 2)
    third = await log.page("T1", second.older, 2)

    subjects = [[deed.subject for deed in page.deeds] for page in (first, second, third)]
    assert subjects == [["turn-5", "turn-4"], ["turn-3", "turn-2"], ["turn-1"]]
    assert third.older is None


async def test_a_request_without_a_thread_yet_is_told_too(log, turns, new_turn):
    await turns.request(new_turn(1, thread_ts=None))

    (deed,) = (await log.page("T1", None, 20)).deeds

    assert deed.thread_ts is None


async def test_nothing_of_another_workspace_or_of_the_http_api_is_told(log, answered, runs, turns, new_turn):
    version = await answered(1, team="T2")
    await runs.request(version.id, "card", 1, "U1", timeout_seconds=60)
    await turns.request(new_turn(2, team="api", channel="api", surface="api"))

    assert told(await log.page("T1", None, 20)) == []
    assert len(told(await log.page("T2", None, 20))) == 2


async def test_entries_of_threads_that_were_deleted_are_left_out(log, answered, database):
    await answered(1)

    await Retention(database, Keep(code=1e-9)).forget()

    assert told(await log.page("T1", None, 20)) == []
