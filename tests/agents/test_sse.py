import itertools

from hypothesis import given
from hypothesis import strategies as st

from agents.sse import event_data, lines_of

DATA = st.binary(min_size=1).filter(lambda data: b"\r" not in data)


def cut(stream: bytes, places: list[int]) -> list[bytes]:
    bounds = [0, *sorted(place % (len(stream) + 1) for place in places), len(stream)]
    return [stream[start:end] for start, end in itertools.pairwise(bounds)]


@given(
    st.lists(st.binary().filter(lambda line: b"\n" not in line and not line.endswith(b"\r"))), st.lists(st.integers(0))
)
def test_lines_do_not_depend_on_where_the_stream_was_cut(lines, places):
    stream = b"".join(line + end for line, end in zip(lines, itertools.cycle([b"\n", b"\r\n"])))

    assert list(lines_of(cut(stream, places))) == lines


def test_a_line_is_there_as_soon_as_its_end_is():
    def chunks():
        yield b"one\n\n"
        raise AssertionError("asked for more")

    lines = lines_of(chunks())

    assert [next(lines), next(lines)] == [b"one", b""]


@given(st.lists(DATA))
def test_each_event_comes_back_as_it_was_sent(events):
    stream = b"".join(b"".join(b"data: " + line + b"\n" for line in event.split(b"\n")) + b"\n" for event in events)

    read = list(event_data(lines_of([stream])))

    assert read == events


@given(st.lists(DATA), st.binary())
def test_an_event_that_the_end_cut_off_is_dropped(events, tail):
    whole = [line for event in events for line in (b"data:" + event.replace(b"\n", b" "), b"")]
    cut_off = [b"data: " + tail.replace(b"\n", b" ")]

    read = list(event_data([*whole, *cut_off]))

    assert len(read) == len(events)


def test_comments_and_other_fields_are_no_data():
    lines = [b": keep-alive", b"", b"event: message", b"id: 7", b"data: one", b"retry: 3", b"", b"database: no", b""]

    assert list(event_data(lines)) == [b"one"]


def test_only_one_blank_after_the_colon_belongs_to_the_format():
    assert list(event_data([b"data:  two blanks", b"", b"data", b""])) == [b" two blanks", b""]
