import pytest
from cryptography.fernet import Fernet
from sqlalchemy import select

from bot.store.full_logs import FullLogStore
from bot.store.installations import Installation, InstallationStore
from bot.store.models import AuditEntry, FullLog, InstallationRow, Run, Turn
from bot.store.runs import RunStore
from bot.store.sealing import Seal, Unreadable
from bot.store.turns import TurnStore
from bot.store.viewed import ViewedStore
from tests.fakes.supervisor import validated

OLD, NEW = Fernet.generate_key().decode(), Fernet.generate_key().decode()
TOKEN = "xoxb-1-of-the-workspace"


def installation(home="T1", token=TOKEN, **changes):
    values = {"home": home, "name": "data", "url": "https://data.slack.com/", "bot_user_id": "U0BOT", "token": token}
    return Installation(**(values | {"installed_by": "U0ADMIN"} | changes))


@pytest.fixture
def store(database):
    return InstallationStore(database, Seal([OLD]))


async def rows(database, table):
    async with database.reading() as session:
        return list(await session.scalars(select(table)))


async def test_what_was_saved_is_found_and_its_token_is_nowhere_in_the_database(store, database):
    await store.save(installation(bot_id="B1", enterprise_id="E1"))

    found = await store.find("T1")
    (row,) = await rows(database, InstallationRow)

    assert (found.token, found.bot_id, found.enterprise_id, found.installed_by) == (TOKEN, "B1", "E1", "U0ADMIN")
    assert found.installed_at > 0
    assert TOKEN not in str(vars(row))
    assert TOKEN not in repr(found)
    assert await store.find("T2") is None


async def test_an_installation_that_is_repeated_replaces_the_token_and_keeps_its_age(store, database):
    await store.save(installation())
    before = await store.find("T1")

    await store.save(installation(token="xoxb-2", name="renamed"))
    after = await store.find("T1")

    assert (after.token, after.name) == ("xoxb-2", "renamed")
    assert after.installed_at == before.installed_at
    assert [entry.what for entry in await rows(database, AuditEntry)] == ["installed", "installed again"]
    assert await store.homes() == ["T1"]


async def test_tokens_are_sealed_anew_with_the_first_key_and_then_open_without_the_old_one(store, database):
    await store.save(installation())
    await store.save(installation("T2", "xoxb-2"))

    unreadable = await InstallationStore(database, Seal([NEW, OLD])).seal_anew()
    found = await InstallationStore(database, Seal([NEW])).find("T2")

    assert unreadable == []
    assert found.token == "xoxb-2"
    with pytest.raises(Unreadable):
        await store.find("T1")


async def test_what_is_sealed_with_the_first_key_is_left_alone(store, database):
    await store.save(installation())
    before = [row.token for row in await rows(database, InstallationRow)]

    await store.seal_anew()

    assert [row.token for row in await rows(database, InstallationRow)] == before


async def test_a_token_that_no_key_opens_is_named_and_keeps_no_other_from_being_sealed_anew(store, database):
    await store.save(installation())
    other = InstallationStore(database, Seal([NEW]))
    await other.save(installation("T2"))

    assert await other.seal_anew() == ["T1"]
    assert (await other.find("T2")).token == TOKEN


async def test_a_token_that_was_moved_to_another_row_does_not_open_there(store, database):
    await store.save(installation())
    await store.save(installation("T2", "xoxb-2"))
    async with database.transaction() as session:
        one, two = await session.get(InstallationRow, "T1"), await session.get(InstallationRow, "T2")
        two.token = one.token

    with pytest.raises(Unreadable):
        await store.find("T2")


async def test_the_end_of_an_installation_takes_its_token_and_asks_everything_under_way_to_stop(
    store, database, new_turn
):
    turns, runs = TurnStore(database, "a replica"), RunStore(database, "a replica")
    await store.save(installation())
    run = await a_run(turns, runs, new_turn(1))
    await turns.request(new_turn(2))
    await turns.request(new_turn(3, team="T2"))
    await FullLogStore(database, "a replica").request(run, "U1")

    ended = await store.end(await store.find("T1"), "account_inactive")

    assert ended
    assert await rows(database, InstallationRow) == []
    assert {turn.id: turn.stop_asked_by for turn in await rows(database, Turn)} == {
        "turn-1": None,
        "turn-2": "raygen",
        "turn-3": None,
    }
    assert [run.stop_asked_by for run in await rows(database, Run)] == ["raygen"]
    assert [(log.state, log.delivered) for log in await rows(database, FullLog)] == [("missing", True)]
    last = (await rows(database, AuditEntry))[-1]
    assert (last.subject, last.what, last.detail) == ("T1", "removed", {"why": "account_inactive"})


async def test_the_end_of_an_installation_forgets_what_is_offered_to_its_people_alone(store, database):
    await store.save(installation())
    for team in ("T1", "T2"):
        await ViewedStore(database).hear(team, "U1", 1.0, about_a_program=True)

    await store.end(await store.find("T1"), "account_inactive")

    assert [await ViewedStore(database).is_offered(team, "U1") for team in ("T1", "T2")] == [False, True]


async def test_an_installation_that_has_another_token_by_now_is_not_ended(store):
    await store.save(installation())
    before = await store.find("T1")
    await store.save(installation(token="xoxb-2"))

    assert not await store.end(before, "token_revoked")
    assert (await store.find("T1")).token == "xoxb-2"


async def test_an_installation_ends_once(store):
    await store.save(installation())
    before = await store.find("T1")

    assert [await store.end(before, "token_revoked") for _ in range(3)] == [True, False, False]


async def a_run(turns, runs, new):
    await turns.request(new)
    (turn,) = await turns.claim(1)
    await turns.open_thread(turn, new.thread_ts, "a session")
    version = await turns.answer_with_code(turn, "a session", validated())
    await turns.deliver(turn)
    return await runs.request(version.id, "card", 1, new.user_id, timeout_seconds=60)
