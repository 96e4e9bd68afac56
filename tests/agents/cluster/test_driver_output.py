"""The driver's wrapper: how bytes become lines, and how much of them is kept."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.cluster.driver.corelog import is_core_line
from agents.cluster.driver.records import Lines, Output, RecordFile, byte_length, cut
from agents.cluster.records import Progress

ANYTHING = st.text(st.characters(codec="utf-8"))


class NullLog:
    """A job's log that nobody reads."""

    def write(self, text: str, more: dict[str, object]) -> None:
        """Forget it."""


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "records.jsonl"


@contextmanager
def _output(path: Path, limit: int) -> Iterator[Output]:
    with RecordFile(str(path)) as records:
        yield Output(records, NullLog(), limit)


def _progress(path: Path) -> Progress:
    progress = Progress(0)
    progress.take(path.read_bytes())
    return progress


def test_a_record_knows_where_it_starts(path):
    with RecordFile(str(path)) as records:
        for text in ("one", "zwei ä", "three\n"):
            records.write("out", text)

    data = path.read_bytes()
    for line in data.splitlines(keepends=True):
        assert json.loads(line)["o"] == data.index(line)


@given(st.text(st.characters(codec="utf-8", exclude_characters="\r")), st.integers(1, 50))
def test_lines_are_the_same_however_the_bytes_arrive(tmp_path_factory, text, size):
    path = tmp_path_factory.mktemp("run") / "records.jsonl"
    data = text.encode()

    with _output(path, 1 << 20) as output:
        lines = Lines("out", output.take)
        for start in range(0, len(data), size):
            lines.feed(data[start : start + size])
        lines.finish()

    shown = "".join(json.loads(line)["x"] for line in path.read_bytes().splitlines())
    assert shown == text


def test_bytes_that_are_no_utf8_become_replacement_characters(path):
    with _output(path, 100) as output:
        Lines("out", output.take).feed(b"bad \xff\xfe end\n")

    assert _progress(path).text == "bad \ufffd\ufffd end\n"


def test_a_line_is_not_torn_by_another_stream(path):
    with _output(path, 1000) as output:
        out, err = Lines("out", output.take), Lines("err", output.take)
        out.feed(b"half a ")
        err.feed(b"whole\n")
        out.feed(b"line\n")

    assert _progress(path).text == "whole\nhalf a line\n"


def test_an_unfinished_last_line_is_finished_when_another_follows(path):
    with _output(path, 1000) as output:
        out, err = Lines("out", output.take), Lines("err", output.take)
        out.feed(b"no newline")
        err.feed(b"none either")
        out.finish()
        err.finish()

    assert _progress(path).text == "no newline\nnone either"


def test_the_first_and_the_last_part_are_kept_and_the_rest_is_counted(path):
    with _output(path, 200) as output:
        for number in range(100):
            output.take("out", f"line {number:04d}\n", {})
        output.finish()

    shown = _progress(path)
    assert shown.truncated
    assert shown.text.startswith("line 0000\n")
    assert shown.text.endswith("line 0099\n")
    assert "80 lines were left out" in shown.text
    assert not output.exhausted


@given(st.lists(st.text(st.characters(codec="utf-8"), min_size=1), max_size=30), st.integers(10, 100))
def test_what_is_kept_and_what_is_counted_is_everything(tmp_path_factory, texts, limit):
    path = tmp_path_factory.mktemp("run") / "records.jsonl"

    with _output(path, limit) as output:
        for text in texts:
            output.take("out", text, {})
        output.finish()

    records = [json.loads(line) for line in path.read_bytes().splitlines()]
    kept = "".join(record["x"] for record in records if record["k"] == "out")
    lost = sum(record["bytes"] for record in records if record["k"] == "gap")
    assert byte_length(kept) + lost == byte_length("".join(texts))
    assert byte_length(kept) <= limit


def test_a_program_that_prints_without_end_exhausts_the_patience(path):
    with _output(path, 100) as output:
        for _ in range(65):
            output.take("out", "x" * 100 + "\n", {})

    assert output.exhausted


def test_noise_of_rays_is_bounded_too(path):
    with _output(path, 1000) as output:
        for _ in range(1000):
            output.take("progress", "x" * 100, {})

    assert path.stat().st_size < 2000
    assert not output.exhausted


@given(ANYTHING, st.integers(0, 40))
def test_cutting_loses_nothing_and_keeps_to_the_room(text, room):
    head, rest = cut(text, room)

    assert head + rest == text
    assert byte_length(head) <= room or not rest


def test_only_the_core_of_the_same_process_is_rays():
    line = "[2026-11-23 01:10:10,820 E 27312 27367] task_manager.cc:1545: Failed to push error\n"

    assert is_core_line(line, 27312)
    assert not is_core_line(line, 1)
    assert not is_core_line("an ordinary line", 27312)


def test_a_lock_that_the_core_waits_for_is_the_cores_line():
    line = "[mutex.cc : 452] RAW: Lock blocking 0x561e3eb85b10   @ 0x7f5e03e2b1a2 0x7f5e02efb23c 0x7f5e037c2022"

    assert is_core_line(line, 1)
    assert is_core_line(f"{line}\n", 1)
    assert not is_core_line(f"{line} said I", 1)
    assert not is_core_line("[mutex.cc : 452] RAW: mine", 1)
