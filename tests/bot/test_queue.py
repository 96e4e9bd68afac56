from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from bot.queue import Caps, Entry, admitted, in_order, position

names = st.sampled_from("abc")
entries = st.builds(Entry, st.uuids().map(str), names, names, names, st.floats(0, 1000))
queues = st.lists(entries, max_size=20, unique_by=lambda entry: entry.run_id)
caps = st.builds(Caps, *(st.integers(0, 4) for _ in range(3)))


def entry(number, user="a", since=0.0):
    return Entry(f"r{number}", user, "C", "10.0.0.1", since)


def test_whoever_asks_for_many_runs_does_not_keep_the_others_waiting():
    many = [entry(number, "a", since=float(number)) for number in range(5)]
    later = entry(9, "b", since=99.0)

    assert [e.run_id for e in in_order([], [*many, later])] == ["r0", "r9", "r1", "r2", "r3", "r4"]


def test_whoever_has_a_run_under_way_comes_after_whoever_has_none():
    assert [e.user for e in in_order([entry(1, "a")], [entry(2, "a", 1.0), entry(3, "b", 2.0)])] == ["b", "a"]


def test_the_position_says_how_many_come_before_and_which_cap_is_full():
    active = [entry(1), entry(2)]
    waiting = [entry(3, since=1.0), entry(4, since=2.0)]

    place = position("r4", active, waiting, Caps(user=2))

    assert (place.number, place.bound, place.most) == (2, "user", 2)
    assert position("r1", active, waiting, Caps(user=2)) is None


def test_callers_of_the_api_share_no_cap_of_a_person():
    waiting = [Entry(f"r{n}", None, None, "10.0.0.1", 0.0) for n in range(3)]

    assert len(admitted([], waiting, Caps(user=1, channel=1))) == 3
    assert len(admitted([], waiting, Caps(cluster=2))) == 2


@given(queues, queues, caps)
def test_no_cap_is_passed_and_no_place_stays_empty(active, waiting, caps):
    waiting = [e for e in waiting if e.run_id not in {a.run_id for a in active}]

    chosen = set(admitted(active, waiting, caps))
    under_way = [*active, *(e for e in waiting if e.run_id in chosen)]

    for bound, most in (("user", caps.user), ("channel", caps.channel), ("cluster", caps.cluster)):
        before, after = (Counter(getattr(e, bound) for e in es) for es in (active, under_way))
        assert all(not most or count <= max(most, before[name]) for name, count in after.items())
    assert admitted(under_way, [e for e in waiting if e.run_id not in chosen], caps) == []


@given(queues, queues)
def test_everybody_who_waits_has_a_place_of_their_own(active, waiting):
    order = in_order(active, waiting)

    assert sorted(e.run_id for e in order) == sorted(e.run_id for e in waiting)
