"""The event channel, into which a program can write as well."""

import json

from hypothesis import given
from hypothesis import strategies as st

from agents.cluster.driver import events as module
from agents.cluster.driver.events import Events


def _events() -> tuple[Events, list[tuple[str, str, dict[str, object]]]]:
    taken: list[tuple[str, str, dict[str, object]]] = []
    return Events(lambda *event: taken.append(event)), taken


def _line(**event: object) -> bytes:
    return json.dumps(event).encode() + b"\n"


def test_a_workers_lines_come_with_where_they_are_from():
    events, taken = _events()

    events.feed(_line(k="wout", x="hi\n", pid=7, name="f", ip="10.0.0.1"))

    assert taken == [("wout", "hi\n", {"pid": "7", "name": "f", "ip": "10.0.0.1"})]


def test_nothing_but_where_a_line_is_from_gets_into_its_record():
    events, taken = _events()

    events.feed(_line(k="wout", x="hi\n", o=0, s=1, status="succeeded", more="x" * 1_000_000, name="y" * 1_000_000))

    assert taken == [("wout", "hi\n", {"name": "y" * 200})]


def test_the_end_of_a_run_cannot_be_forged():
    events, taken = _events()

    events.feed(_line(k="exit", x="", status="succeeded", code=0) + _line(k="start", x="") + _line(k="out", x="no\n"))

    assert not taken


def test_a_traceback_is_kept_up_to_a_length():
    events, _ = _events()

    events.feed(_line(k="traceback", x="x" * 1_000_000 + "ValueError"))

    assert events.traceback is not None
    assert len(events.traceback) == 40_000
    assert events.traceback.endswith("ValueError")


def test_an_event_without_end_takes_bounded_memory_and_the_next_one_counts(monkeypatch):
    monkeypatch.setattr(module, "LARGEST", 1000)
    events, taken = _events()

    for _ in range(100):
        events.feed(b"x" * 100)
    assert sum(map(len, events.held)) <= 1000
    events.feed(b"\n" + _line(k="wout", x="after\n"))

    assert [text for _, text, _ in taken] == ["after\n"]


def test_nesting_without_end_is_no_event():
    events, taken = _events()

    events.feed(b"[" * 100_000 + b"\n")

    assert not taken


@given(st.lists(st.binary(max_size=50)))
def test_any_bytes_are_survived(chunks):
    events, _ = _events()

    for chunk in chunks:
        events.feed(chunk)
    events.finish()


@given(st.lists(st.text(), max_size=5), st.integers(1, 30))
def test_events_are_the_same_however_the_bytes_arrive(texts, size):
    events, taken = _events()
    data = b"".join(_line(k="wout", x=text) for text in texts)

    for start in range(0, len(data), size):
        events.feed(data[start : start + size])

    assert [text for _, text, _ in taken] == texts
