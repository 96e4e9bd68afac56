"""Progress bars: what moves while a program runs, and what stays of them in its output."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.cluster.driver.bars import Bars, last_state
from agents.cluster.driver.records import Lines

UP = "\x1b[A"


class Kept:
    """Stands in for Output: keeps what is handed on, and what is noted for who follows."""

    def __init__(self) -> None:
        self.taken: list[tuple[str, str]] = []
        self.noted: list[str] = []

    def take(self, kind: str, text: str, more: dict[str, object]) -> None:
        self.taken.append((kind, text))

    def note(self, kind: str, text: str) -> None:
        self.noted.append(text)

    def text(self, *kinds: str) -> str:
        return "".join(text for kind, text in self.taken if kind in kinds)


class Clock:
    """A time that a test moves on."""

    seconds = 0.0

    def __call__(self) -> float:
        return self.seconds


@pytest.fixture
def kept() -> Kept:
    return Kept()


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def bars(kept: Kept, clock: Clock) -> Bars:
    return Bars(kept, clock)


def _fed(bars: Bars, *chunks: str, kind: str = "err") -> None:
    lines = Lines(kind, bars.take, bars.move)
    for chunk in chunks:
        lines.feed(chunk.encode())
    lines.finish()
    bars.finish()


def _ticked(bars: Bars, clock: Clock) -> None:
    clock.seconds += 5
    bars.tick()


def test_one_bar_after_the_other_in_a_worker_leaves_a_line_each(bars, kept):
    for state in (
        "\rrow 0:  0%| 0/2\n",
        "\rrow 0: 50%| 1/2\rrow 0: 100%| 2/2\n",
        "\rrow 1:  0%| 0/2\rrow 1: 100%| 2/2\n",
    ):
        bars.take("werr", state, {"pid": "7"})
    bars.take("werr", "\rrow 1: 100%| 2/2\n", {"pid": "7"})
    bars.finish()

    assert kept.text("werr") == "row 0: 100%| 2/2\nrow 1: 100%| 2/2\n"


def test_the_end_of_a_workers_bar_that_arrives_by_itself_is_no_line(bars, kept):
    for text in ("\rrows:  50%| 1/2\n", "\rrows: 100%| 2/2\n", "\n", "\n", "over\n"):
        bars.take("werr", text, {"pid": "7"})
    bars.finish()

    assert kept.text("werr") == "rows: 100%| 2/2\n\nover\n"


def test_of_a_bar_one_line_stays(bars, kept):
    _fed(bars, "\rrows:   0%| 0/2", "\rrows:  50%| 1/2", "\rrows: 100%| 2/2\n", "over\n")

    assert kept.text("err") == "rows: 100%| 2/2\nover\n"


def test_a_bar_moves_before_its_line_is_finished(bars, kept, clock):
    lines = Lines("err", bars.take, bars.move)

    for state in ("0/2", "1/2"):
        lines.feed(f"\rrows: {state}".encode())
        _ticked(bars, clock)

    assert kept.noted == ["rows: 0/2", "rows: 1/2"]
    assert not kept.taken


def test_what_was_overwritten_takes_no_memory(bars):
    lines = Lines("err", bars.take, bars.move)

    for number in range(100_000):
        lines.feed(f"\r{number}".encode())

    assert lines.size < 10


def test_bars_below_each_other_stay_as_a_terminal_leaves_them(bars, kept):
    outer, inner = "\router: {}/2", "\rinner: {}/2"
    _fed(
        bars,
        outer.format(0),
        *("\n", inner.format(0), UP, "\n", inner.format(1), UP, "\r", inner.format(2)[1:], "\n", outer.format(1)),
        *("\n", inner.format(0), UP, "\n", inner.format(1), UP, "\r", inner.format(2)[1:], "\n", outer.format(2)),
        "\n",
    )

    assert kept.text("err") == "inner: 2/2\ninner: 2/2\nouter: 2/2\n"


def test_two_bars_one_after_the_other_both_stay(bars, kept):
    _fed(bars, "\rone: 1/2\rone: 2/2\n", "\rtwo: 1/2\rtwo: 2/2\n")

    assert kept.text("err") == "one: 2/2\ntwo: 2/2\n"


def test_the_states_of_a_workers_bar_are_one_line_although_they_come_as_many(bars, kept):
    origin = {"pid": "7", "name": "f"}
    for number in range(4):
        bars.take("werr", f"\rw:  {number}/3\n", origin)

    bars.take("werr", "then this\n", origin)

    assert kept.text("werr") == "w:  3/3\nthen this\n"


def test_the_bars_of_two_workers_do_not_meet(bars, kept):
    for number in range(3):
        for pid in ("7", "8"):
            bars.take("werr", f"\rw: {number}/2\n", {"pid": pid})

    bars.finish()

    assert kept.text("werr") == "w: 2/2\nw: 2/2\n"


def test_a_finished_bar_comes_before_what_is_printed_after_it(bars, kept):
    err, out = Lines("err", bars.take, bars.move), Lines("out", bars.take, bars.move)

    err.feed(b"\rrows: 1/1\n")
    out.feed(b"over\n")

    assert kept.taken == [("err", "rows: 1/1\n"), ("out", "over\n")]


@pytest.mark.parametrize("ending", ["\n", "\r\n", "\r\r\n"])
def test_lines_that_overwrite_nothing_stay_as_they_are(bars, kept, ending):
    _fed(bars, f"one{ending}two{ending}", kind="out")

    assert kept.text("out") == f"one{ending}two{ending}"


def test_rays_own_bars_move_and_leave_nothing(bars, kept, clock):
    bar = {"__magic_token__": "t", "uuid": "u", "desc": "remote", "total": 20, "x": 11, "closed": False}

    bars.take("progress", json.dumps(bar) + "\n", {"pid": "7"})
    _ticked(bars, clock)
    bars.take("progress", json.dumps(bar | {"closed": True}) + "\n", {"pid": "7"})
    _ticked(bars, clock)

    assert kept.noted == ["remote: 11/20", ""]
    assert kept.text("out", "err", "wout", "werr") == ""


def test_ray_datas_and_tunes_progress_moves(bars, kept, clock):
    log = "INFO ray.data._internal.progress.logging_progress: "

    bars.take("ray", f"{log}MapBatches(f): 3/20\n", {})
    bars.take("ray", f"{log}  Tasks: 1; Actors: 0\n", {})
    bars.take("progress", "Trial status: 1 RUNNING | 2 PENDING\n", {})
    _ticked(bars, clock)
    bars.take("ray", "INFO ray.data.x: Dataset dataset_0 execution finished in 3.96 seconds\n", {})
    _ticked(bars, clock)

    assert kept.noted == [
        "MapBatches(f): 3/20\nTrial status: 1 RUNNING | 2 PENDING",
        "Trial status: 1 RUNNING | 2 PENDING",
    ]


def test_a_bar_of_hours_leaves_few_records(bars, kept, clock):
    for second in range(36_000):
        clock.seconds = float(second)
        bars.move(("err", None), f"\rrows: {second}")
        bars.tick()

    assert len(kept.noted) < 1000


@given(st.lists(st.text(st.sampled_from("ab1%\r\n\x1b[A|"), max_size=12), max_size=12))
def test_whatever_is_printed_no_line_that_nothing_overwrote_is_lost(chunks):
    kept = Kept()
    text = "".join(chunks)

    _fed(Bars(kept), *chunks)

    plain = [line for line in text.split("\n") if "\r" not in line and UP not in line and line]
    shown = kept.text("err").split("\n")
    assert all(line in shown for line in plain)


@given(st.text(st.sampled_from("ab\r\n")))
def test_the_last_state_is_what_a_terminal_shows(line):
    assert "\r" not in last_state(line).strip("\r\n")


@given(
    st.recursive(
        st.none() | st.text() | st.integers(), lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner)
    )
)
def test_whatever_comes_as_a_bar_is_survived(value):
    bars = Bars(Kept())

    bars.take("progress", json.dumps(value) + "\n", {})
