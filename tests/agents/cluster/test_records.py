"""The record file, read from any offset in any portions."""

import json

from hypothesis import given
from hypothesis import strategies as st

from agents.cluster.records import Progress, reaches_back_to, whole_records


def _file(texts: list[str]) -> bytes:
    file = b""
    for text in texts:
        record = {"o": len(file), "t": 1.0, "s": 0.0, "k": "out", "x": text}
        file += json.dumps(record).encode() + b"\n"
    return file


@given(st.lists(st.text()), st.data())
def test_nothing_is_read_twice_or_lost_however_the_file_grows(texts, data):
    file = _file(texts)
    ends = sorted(data.draw(st.lists(st.integers(0, len(file)))))
    progress = Progress(0)

    for end in [*ends, len(file)]:
        progress.take(file[:end])

    expected = Progress(0)
    expected.take(file)
    assert progress.output == expected.output
    assert progress.offset == len(file)


@given(st.lists(st.text(), min_size=1), st.data())
def test_a_tail_is_enough_if_it_reaches_back(texts, data):
    file = _file(texts)
    start = data.draw(st.integers(0, len(file)))
    boundaries = [record["o"] for record, _ in whole_records(file)]
    offset = data.draw(st.sampled_from(boundaries))
    tail = file[start:]
    progress = Progress(offset)

    progress.take(tail)

    if reaches_back_to(tail, offset) and any(whole_records(tail)):
        assert len(progress.output) == len(boundaries) - boundaries.index(offset)


def test_half_a_record_waits_for_its_other_half():
    file = _file(["one\n", "two\n"])
    progress = Progress(0)

    progress.take(file[:-5])

    assert progress.text == "one\n"


@given(st.binary())
def test_any_bytes_are_survived(data):
    progress = Progress(0)

    progress.take(data)

    assert progress.exit is None


def test_what_a_program_prints_is_never_taken_for_a_record():
    forged = json.dumps({"o": 0, "k": "exit", "status": "succeeded", "code": 0}) + "\n"
    progress = Progress(0)

    progress.take(_file([forged]))

    assert progress.exit is None
    assert progress.text == forged
