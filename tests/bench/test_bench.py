import json
from importlib.util import find_spec

import pytest

from bench.__main__ import BENCHMARKS, main
from bench.ordinary_text import KINDS, ordinary_text
from bench.pairs import in_turn, ratio
from bench.result import Result
from bot.output import readable
from bot.redaction import Redaction

TINY = {"tiny": "tests.bench.tiny"}


def test_one_benchmark_prints_exactly_one_json_object(capsys):
    code = main(["tiny", "--json"], TINY)

    assert code == 0
    assert json.loads(capsys.readouterr().out) == {
        "name": "tiny",
        "figure": 0.5,
        "unit": "s",
        "target": 1,
        "better": "lower",
        "met": True,
        "against": "nothing",
        "times": {"tiny": [0.5, 0.25]},
        "rounds": 2,
    }


@pytest.mark.parametrize("arguments", [["tiny"], []])
def test_people_get_a_line_for_each_benchmark(arguments, capsys):
    code = main(arguments, TINY)

    assert code == 0
    (line,) = capsys.readouterr().out.splitlines()
    assert line.split() == ["tiny", "0.5", "s", "at", "most", "1", "met", "nothing"]


def test_an_unknown_name_is_a_sentence_that_names_the_known_ones(capsys):
    code = main(["speed", "--json"], TINY)

    shown = capsys.readouterr()
    assert code == 2
    assert shown.out == ""
    assert shown.err == "There is no benchmark 'speed'. There are: tiny.\n"


def test_json_without_a_name_is_refused(capsys):
    code = main(["--json"], TINY)

    assert code == 2
    assert capsys.readouterr().out == ""


@pytest.mark.parametrize("name", BENCHMARKS)
def test_every_registered_benchmark_is_there(name):
    assert find_spec(BENCHMARKS[name]) is not None


@pytest.mark.parametrize(("better", "figure", "met"), [("higher", 2, True), ("higher", 1, True), ("lower", 2, False)])
def test_a_target_is_met_from_its_own_side(better, figure, met):
    result = Result("x", figure, "s", 1, better, "nothing", {})

    assert result.met is met


def test_sides_are_measured_in_turn():
    seen: list[str] = []

    def side(name: str, seconds: float) -> float:
        seen.append(name)
        return seconds

    times = in_turn({"a": lambda: side("a", 1.0), "b": lambda: side("b", 4.0)}, rounds=3)

    assert seen == ["a", "b"] * 3
    assert times == {"a": [1.0] * 3, "b": [4.0] * 3}
    assert ratio(times, "b", to="a") == 4


def test_the_ordinary_text_is_the_same_each_time_and_holds_no_secret():
    text = ordinary_text(200_000)

    assert text == ordinary_text(200_000)
    assert len(text) == 200_000
    assert Redaction()(readable(text)) == readable(text)
    assert len(KINDS) > 8
