"""What somebody looks at, on both databases: by place and workspace, and where prompts about it are offered."""

import pytest

from bot.sessions import session_id
from bot.store.viewed import Heard, Viewed, ViewedStore
from tests.bot.store.test_turn_store import SESSION
from tests.fakes.supervisor import validated


@pytest.fixture
def viewed(database):
    return ViewedStore(database)


@pytest.fixture
def answered(turns, new_turn):
    """The turn that a program has answered, and the program."""

    async def answered(number, code, session=SESSION, **changes):
        await turns.request(new_turn(number, prompt=f"request {number}", **changes))
        (turn,) = await turns.claim(1)
        await turns.open_thread(turn, turn.thread_ts, session)
        version = await turns.answer_with_code(turn, session, validated(code))
        await turns.deliver(turn)
        return turn, version

    return answered


async def test_the_newest_program_of_the_thread_is_the_one(viewed, answered):
    await answered(1, "print(1)")
    turn, newest = await answered(2, "print(2)")
    place = (turn.channel, turn.thread_ts)

    assert await viewed.program(turn.team, place) == Viewed(newest.id, newest.title, turn.channel, turn.user_id)


async def test_the_same_place_in_another_workspace_is_another_place(viewed, answered):
    turn, _ = await answered(1, "print(1)")
    place = (turn.channel, turn.thread_ts)

    assert await viewed.program("T0OTHER", place) is None


@pytest.fixture
def hear(viewed):
    async def hear(at, about, user="U1", team="T1"):
        return await viewed.hear(team, user, at, about_a_program=about)

    return hear


async def test_what_is_offered_stays_noted_until_it_is_withdrawn_for_that_person_alone(viewed, hear):
    await hear(1.0, True)
    await hear(1.0, True, "U2")
    elsewhere = await hear(2.0, False)
    await viewed.withdraw(elsewhere)

    heard = [await hear(3.0, False, user, team) for team, user in (("T1", "U1"), ("T1", "U2"), ("T2", "U2"))]
    assert elsewhere == Heard("T1", "U1", 2.0, offered=True)
    assert [each.offered for each in heard] == [False, True, False]


async def test_an_older_event_changes_nothing_and_the_same_one_counts_again(hear, viewed):
    await hear(2.000_002, False)

    assert await hear(2.000_001, True) is None
    assert not await viewed.is_offered("T1", "U1")
    assert (await hear(2.000_002, False)).offered is False


async def test_an_event_without_a_time_is_of_now(hear):
    before = await hear(None, True)

    assert before.at > 1_700_000_000
    assert await hear(1_700_000_000.0, False) is None


async def test_who_was_overtaken_is_told_so_and_what_they_offered_stays_noted(hear, viewed):
    about = await hear(1.0, True)
    assert not await viewed.overtaken(about)
    elsewhere = await hear(2.0, False)
    await viewed.withdraw(elsewhere)

    assert await viewed.overtaken(about)
    assert await viewed.is_offered("T1", "U1")


async def test_an_event_that_was_overtaken_withdraws_nothing(hear, viewed):
    elsewhere = await hear(1.0, False)
    await hear(2.0, True)

    await viewed.withdraw(elsewhere)

    assert await viewed.is_offered("T1", "U1")


async def test_a_thread_that_began_with_a_program_has_what_led_to_it_before_its_own_turns(turns, new_turn, answered):
    for number, code in enumerate(("pi", "sort", "pi", "pi 4"), start=1):  # the third goes back to the first
        _, version = await answered(number, code)
    beside = {"channel": "D1", "thread_ts": "9.9", "message_ts": "9.9", "base": version.id}
    session = session_id("T1", "D1", "9.9")
    first, own = await answered(5, "pi 8", session, **beside)
    await turns.request(new_turn(6, channel="D1", thread_ts="9.9"))
    (reply,) = await turns.claim(1)

    past, versions = await turns.history(reply, session)

    assert [each.prompt for each in past] == ["request 1", "request 4", "request 5"]
    assert [each.version for each in past] == [None, None, 1]
    assert [each.code for each in versions] == ["pi 8"]
    assert (await turns.taken_along(reply)).id == (await turns.taken_along(first)).id == version.id
    assert own.parent_id is None


async def test_what_was_asked_after_the_program_is_not_taken_along(turns, new_turn, answered):
    _, base = await answered(1, "pi")
    await answered(2, "sort")
    await turns.request(new_turn(3, channel="D1", thread_ts="9.9", message_ts="9.9", base=base.id))
    (turn,) = await turns.claim(1)

    past, _ = await turns.history(turn, session_id("T1", "D1", "9.9"))

    assert [each.prompt for each in past] == ["request 1"]
