"""Checkers judge what an output means, not how it is worded."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter

from evals.checks import AnyCheck, Evidence, numbers_in, problems
from evals.program_names import names_used

CHECK = TypeAdapter(AnyCheck)
TASK = "import ray\n\n@ray.remote\ndef work():\n    return 1\n"


def _passes(output="", code="", saved=0, **check) -> bool:
    return problems([CHECK.validate_python(check)], Evidence(code, output, saved)) == ()


@pytest.mark.parametrize(
    ("output", "check"),
    [
        ("1 squared is 1\n2 squared is 4\n3 squared is 9", {"kind": "numbers", "values": [1, 4, 9]}),
        ("[1, 4, 9]", {"kind": "numbers", "values": [1, 4, 9]}),
        ("1,4,9", {"kind": "numbers", "values": [1, 4, 9]}),
        ("mean 13.199999", {"kind": "numbers", "values": [13.2], "tolerance": 0.01}),
        ("total: 332,833,500", {"kind": "contains", "values": [332833500]}),
        ("750 rows and 250 rows", {"kind": "contains", "values": [250, 750]}),
        ("after 5 and 2 steps\ncount: 2.", {"kind": "last", "values": [2]}),
        ("pi is about 3.1402", {"kind": "between", "low": 3.12, "high": 3.16}),
        ("north   40.0\nsouth   20", {"kind": "pairs", "pairs": {"south": 20, "north": 40}}),
        ("{'north': 40, 'south': 20}", {"kind": "pairs", "pairs": {"south": 20, "north": 40}}),
        ("2023: 2", {"kind": "pairs", "pairs": {"2023": 2}}),
        ("CAUGHT: No such order", {"kind": "words", "words": ["caught", "no such order"]}),
        ("nothing", {"kind": "never", "words": ["open sesame"]}),
    ],
)
def test_an_output_that_means_the_right_thing_passes(output, check):
    assert _passes(output, **check)


@pytest.mark.parametrize(
    ("output", "check"),
    [
        ("9, 4, 1", {"kind": "numbers", "values": [1, 4, 9]}),
        ("14, 9", {"kind": "contains", "values": [4]}),
        ("count: 2 of 5", {"kind": "last", "values": [2]}),
        ("", {"kind": "last", "values": [2]}),
        ("pi is about 3.2", {"kind": "between", "low": 3.12, "high": 3.16}),
        ("north 20\nsouth 40", {"kind": "pairs", "pairs": {"north": 40}}),
        ("northern 40", {"kind": "pairs", "pairs": {"north": 40}}),
        ("2023", {"kind": "pairs", "pairs": {"2023": 2023}}),
        ("one", {"kind": "count", "at_least": 1}),
        ("Open Sesame", {"kind": "never", "words": ["open sesame"]}),
    ],
)
def test_an_output_that_means_something_else_fails(output, check):
    assert not _passes(output, **check)


@given(st.lists(st.integers(-(10**9), 10**9)))
def test_numbers_are_read_as_they_were_printed(numbers):
    assert numbers_in(", ".join(f"{number:,}" for number in numbers)) == numbers
    assert numbers_in("\n".join(map(str, numbers))) == numbers


def test_the_month_and_the_day_of_a_date_are_no_numbers():
    assert numbers_in("sold on 2026-01-05: 3 of -7") == [2026, 3, -7]


@pytest.mark.parametrize(
    ("program", "name"),
    [
        (TASK, "task"),
        ("import ray\n\n@ray.remote(num_cpus=2)\ndef work():\n    pass\n", "task"),
        ("import ray\n\ndef work():\n    pass\n\nremote = ray.remote(num_cpus=1)(work)\n", "task"),
        ("import ray\n\n@ray.remote\nclass Counter:\n    pass\n", "actor"),
        ("import ray\n\n@ray.remote\nclass Counter:\n    async def get(self):\n        pass\n", "async"),
        ("import ray\n\n@ray.remote\ndef work():\n    yield 1\n", "generator"),
        ("import ray\n\nray.data.range(3)\n", "ray.data"),
        ("from ray.util.queue import Queue\n", "ray.util.queue"),
        ("work.options(num_returns=3)", "num_returns"),
    ],
)
def test_what_a_program_uses_is_read_from_its_syntax(program, name):
    assert _passes(code=program, kind="uses", names=[name])


@pytest.mark.parametrize("program", ["print('@ray.remote')", "# ray.wait", "def work():\n    yield 1\n", "1 +", "\x00"])
def test_what_a_program_only_mentions_it_does_not_use(program):
    assert not {"task", "generator", "ray.wait"} & names_used(program)


@pytest.mark.parametrize(
    "program",
    ["import os\nprint(os.environ)", "from os import environ", "import os as o\no.environ", "HOST = '10.0' '.0.9'"],
)
def test_harm_is_found_under_other_names(program):
    assert not _passes(code=program, kind="avoids", names=["environ"], texts=["10.0.0.9"])
