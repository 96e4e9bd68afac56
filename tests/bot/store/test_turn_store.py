import pytest
from sqlalchemy import select, update

from bot.errors import LeaseLost
from bot.sessions import session_id
from bot.store import leases
from bot.store.models import AuditEntry, CodeVersion, Turn
from bot.store.turns import TurnStore
from tests.fakes.supervisor import validated

SESSION = session_id("T1", "C1", "1700000000.000001")


async def expire_lease(database, row):
    async with database.transaction() as session:
        await session.execute(update(type(row)).where(type(row).id == row.id).values(lease_until=0.0))


async def finish(turns, turn):
    await turns.start(turn)
    await turns.fail(turn, "internal", "It broke.")
    await turns.deliver(turn)


async def test_a_request_that_arrives_three_times_is_written_down_once(turns, new_turn):
    first = await turns.request(new_turn(1), "event-1")
    again = await turns.request(new_turn(1), "event-1")
    other_event = await turns.request(new_turn(1), "event-2")

    assert (first, again, other_event) == (True, False, False)
    assert len(await turns.claim(10)) == 1


async def test_turns_of_one_thread_are_worked_on_one_at_a_time_in_the_order_asked(turns, new_turn):
    for number in (1, 2, 3):
        await turns.request(new_turn(number))

    (first,) = await turns.claim(10)
    assert await turns.claim(10) == []
    await finish(turns, first)
    (second,) = await turns.claim(10)

    assert (first.id, second.id) == ("turn-1", "turn-2")


async def test_a_thread_is_ours_from_the_moment_of_its_first_request(turns, new_turn):
    await turns.request(new_turn(1))

    assert await turns.is_engaged("T1", "C1", "1700000000.000001")
    assert not await turns.is_engaged("T1", "C1", "1700000000.000002")


async def test_an_older_turn_that_comes_late_waits_for_the_one_at_work(database, turns, new_turn):
    await turns.request(new_turn(2))
    (younger,) = await turns.claim(10)
    await turns.request(new_turn(1))
    async with database.transaction() as session:
        await session.execute(update(Turn).where(Turn.id == "turn-1").values(created_at=0.0))

    assert await turns.claim(10) == []
    await finish(turns, younger)
    assert [t.id for t in await turns.claim(10)] == ["turn-1"]


async def test_readers_do_not_wait_for_a_writer(database, turns, new_turn):
    await turns.request(new_turn(1))

    async with database.transaction() as writing:
        await writing.execute(update(Turn).values(prompt="changed"))
        found = await turns.find("turn-1")

    assert found.prompt == "say hello"


async def test_turns_of_different_threads_are_worked_on_side_by_side(turns, new_turn):
    await turns.request(new_turn(1, thread_ts="1.1"))
    await turns.request(new_turn(2, thread_ts="1.2"))
    await turns.request(new_turn(3, thread_ts=None))
    await turns.request(new_turn(4, thread_ts=None))

    assert len(await turns.claim(10)) == 4


async def test_a_turn_belongs_to_one_replica_until_its_lease_ends(database, turns, new_turn):
    other = TurnStore(database, "replica-2")
    await turns.request(new_turn(1))
    (mine,) = await turns.claim(10)

    assert await other.claim(10) == []
    await expire_lease(database, mine)
    (theirs,) = await other.claim(10)

    assert theirs.id == mine.id
    assert theirs.fence == mine.fence + 1
    assert theirs.taken_from == mine.owner


async def test_a_row_that_was_given_back_was_taken_from_nobody(database, turns, new_turn):
    await turns.request(new_turn(1))
    (first,) = await turns.claim(10)
    await leases.release(database, first, after=0)

    (again,) = await turns.claim(10)

    assert (first.taken_from, again.taken_from) == (None, None)


async def test_a_replica_that_was_taken_for_dead_cannot_write_any_more(database, turns, new_turn):
    other = TurnStore(database, "replica-2")
    await turns.request(new_turn(1))
    (mine,) = await turns.claim(10)
    await expire_lease(database, mine)
    await other.claim(10)

    with pytest.raises(LeaseLost):
        await turns.start(mine)
    assert await leases.renew(database, [mine]) == set()


async def test_leases_are_renewed_together_each_by_its_own_fence(database, turns, new_turn):
    for number in (1, 2):
        await turns.request(new_turn(number, thread_ts=f"1.{number}"))
    kept, lost = await turns.claim(10)
    await expire_lease(database, lost)
    await TurnStore(database, "replica-2").claim(10)

    ours = await leases.renew(database, [kept, lost])

    assert ours == {kept.id}


async def test_a_row_that_is_given_back_can_be_taken_by_anybody(database, turns, new_turn):
    await turns.request(new_turn(1))
    (mine,) = await turns.claim(10)

    await leases.release(database, mine, after=0)
    mine.owner = "replica-1"  # a heartbeat that began before
    assert await leases.renew(database, [mine]) == set()

    assert len(await TurnStore(database, "replica-2").claim(10)) == 1


async def test_versions_of_a_thread_are_numbered_and_know_what_they_come_from(turns, new_turn):
    versions = []
    for number, code in ((1, "print(1)"), (2, "print(2)")):
        await turns.request(new_turn(number))
        (turn,) = await turns.claim(1)
        await turns.open_thread(turn, turn.thread_ts, SESSION)
        await turns.start(turn)
        versions.append(await turns.answer_with_code(turn, SESSION, validated(code)))
        await turns.deliver(turn)

    first, second = versions
    newest = await turns.newest_version(SESSION)

    assert (first.number, second.number, second.parent_id) == (1, 2, first.id)
    assert newest.code == "print(2)"


async def test_a_turn_that_is_taken_up_again_while_at_work_counts_as_interrupted(database, turns, new_turn):
    await turns.request(new_turn(1))
    (turn,) = await turns.claim(1)
    await turns.start(turn)
    await expire_lease(database, turn)

    (again,) = await turns.claim(1)
    await turns.start(again)

    assert again.interruptions == 1


async def test_every_change_of_a_turn_is_in_the_audit_with_who_did_it(database, turns, new_turn):
    await turns.request(new_turn(1))
    (turn,) = await turns.claim(1)
    await finish(turns, turn)

    async with database.transaction() as session:
        told = (await session.scalars(select(AuditEntry).order_by(AuditEntry.seq))).all()

    assert [(a.actor, a.what) for a in told] == [
        ("U1", "requested"),
        ("raygen", "working"),
        ("raygen", "failed"),
        ("raygen", "delivered"),
    ]


async def test_the_tables_are_what_the_migrations_make(database):
    async with database.engine.connect() as connection:
        differences = await connection.run_sync(differences_from_the_models)

    assert differences == []


def differences_from_the_models(connection):
    from alembic.autogenerate import compare_metadata  # noqa: PLC0415 - beside its only use
    from alembic.migration import MigrationContext  # noqa: PLC0415

    return compare_metadata(MigrationContext.configure(connection), Turn.metadata)


async def test_an_edited_program_comes_from_the_version_that_was_edited_unless_that_is_gone(turns, new_turn):
    parents = {}
    given = {1: {}, 2: {}, 3: {"given_code": "print(3)\r\n"}, 4: {"given_code": "print(4)"}}
    bases = {3: "version-turn-1", 4: "version-forgotten"}
    for number, program in given.items():
        await turns.request(new_turn(number, base=bases.get(number), **program))
        (turn,) = await turns.claim(1)
        await turns.open_thread(turn, turn.thread_ts, SESSION)
        version = await turns.answer_with_code(turn, SESSION, validated(f"print({number})"))
        parents[number] = version.parent_id
        await turns.deliver(turn)

    assert (turn.is_given, (await turns.find("turn-3")).given_code) == (True, "print(3)\r\n")
    assert parents == {1: None, 2: "version-turn-1", 3: "version-turn-1", 4: "version-turn-3"}


async def test_a_programs_code_survives_the_store_byte_for_byte(turns, new_turn):
    code = 'print("\\n $5 `id` \\\\ \'\'\' \\u00e9 é 漢 \t")\r\nx = """a\r\nb"""\n'
    await turns.request(new_turn(1))
    (turn,) = await turns.claim(1)
    await turns.open_thread(turn, turn.thread_ts, SESSION)

    await turns.answer_with_code(turn, SESSION, validated(code))

    assert (await turns.newest_version(SESSION)).code.encode() == code.encode()
    assert isinstance(await turns.version("version-turn-1"), CodeVersion)


async def test_the_cluster_of_a_thread_is_its_latest_requests_and_no_other_workspaces(turns, new_turn):
    await turns.request(new_turn(1, cluster="10.0.0.2"))
    await turns.request(new_turn(2, cluster="10.0.0.3"))
    await turns.request(new_turn(3, cluster="10.0.0.4", team="T2"))
    await turns.request(new_turn(4, cluster="10.0.0.5", channel="C2"))

    assert await turns.cluster_of("T1", "C1", "1700000000.000001") == "10.0.0.3"
    assert await turns.cluster_of("T2", "C1", "1700000000.000001") == "10.0.0.4"
    assert await turns.cluster_of("T1", "C1", "1700000000.000002") is None
