import re

from hypothesis import given
from hypothesis import strategies as st

from bot.sessions import MAX_CHARACTERS, MIN_CHARACTERS, padded, session_id

AGENTCORE = re.compile(r"[a-zA-Z0-9][a-zA-Z0-9_-]*")
ANY_ID = st.text(max_size=300)
PLACE = st.tuples(ANY_ID, ANY_ID, ANY_ID)


def is_legal(session: str) -> bool:
    return MIN_CHARACTERS <= len(session) <= MAX_CHARACTERS and AGENTCORE.fullmatch(session) is not None


def test_a_session_id_can_be_read_by_a_person():
    session = session_id("T0RAYGEN", "C0DATA", "1763856000.000100")

    assert session.startswith("raygen-T0RAYGEN-C0DATA-1763856000-000100-")


@given(PLACE)
def test_the_session_of_a_thread_is_legal_and_always_the_same(place):
    assert is_legal(session_id(*place))
    assert session_id(*place) == session_id(*place)


@given(PLACE, PLACE)
def test_no_two_threads_share_a_session(one, other):
    assert (session_id(*one) == session_id(*other)) == (one == other)


@given(st.text(alphabet="ab-. ", max_size=12), st.integers(0, 12), st.integers(0, 12))
def test_where_one_name_ends_and_the_next_begins_makes_a_difference(text, first, second):
    one = (text[:first], text[first:], "1.2")
    other = (text[:second], text[second:], "1.2")

    assert (session_id(*one) == session_id(*other)) == (one == other)


@given(ANY_ID)
def test_whatever_a_caller_calls_its_session_becomes_a_legal_id(caller_id):
    assert is_legal(padded(caller_id))
    assert padded(padded(caller_id)) == padded(caller_id)


@given(ANY_ID, ANY_ID)
def test_no_two_names_of_callers_become_one_session(one, other):
    assert (padded(one) == padded(other)) == (one == other)


@given(PLACE)
def test_no_caller_enters_the_session_of_a_thread(place):
    thread = session_id(*place)

    assert padded(thread) != thread
    assert is_legal(padded(thread))


def test_a_short_name_stays_readable_and_a_legal_one_stays_as_it_is():
    assert padded("test").startswith("test-")
    assert padded("x" * 33) == "x" * 33
    assert is_legal(padded("x" * 300))
    assert is_legal(padded("x"))
    assert is_legal(padded(""))
