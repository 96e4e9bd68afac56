"""What somebody looks at, on both databases: by place and workspace, and where prompts about it are offered."""

import pytest

from bot.sessions import session_id
from bot.store.viewed import Seen, Viewed, ViewedStore
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
    assert await viewed.seen(turn.team, "U1", place) == Seen(None, newest.id)


async def test_the_same_place_in_another_workspace_is_another_place(viewed, answered):
    turn, _ = await answered(1, "print(1)")
    place = (turn.channel, turn.thread_ts)

    assert await viewed.program("T0OTHER", place) is None
    assert await viewed.seen("T0OTHER", "U1", place) == Seen()


async def test_what_is_offered_is_noted_once_and_taken_back_for_that_person_alone(viewed):
    for user in ("U1", "U1", "U2"):
        await viewed.offer("T1", user, f"D-{user}")
    await viewed.withdraw("T1", "U1")

    seen = [await viewed.seen(team, user, None) for team, user in (("T1", "U1"), ("T1", "U2"), ("T2", "U2"))]
    assert seen == [Seen(), Seen("D-U2"), Seen()]


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
