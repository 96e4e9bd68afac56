"""Every recipe's program, filled or as it is, runs on a real cluster and prints what its title promises.

One of them runs as a person would run it, `python program.py`; the others share a driver, which takes a third of the
time.
"""

import json
import os
import re
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from threading import Event

import httpx
import pytest

from agents.cookbook.program import Value, fill
from agents.cookbook.recipe import load_recipes
from sandbox.ray_head import RayHead

HERE = Path(__file__).parent
SECONDS = 280
PROGRAMS = {recipe.name: recipe.program for recipe in load_recipes()}
SALES = "sales.csv"
PNG = b"\x89PNG\r\n\x1a\n"


@dataclass(frozen=True)
class Case:
    """A program, the values in it, and what its output has to hold: all the texts, and whatever `means` says."""

    recipe: str
    shows: tuple[str, ...]
    values: dict[str, Value] = field(default_factory=dict)
    means: Callable[[str], bool] = bool

    @property
    def id(self) -> str:
        """The recipe's name, and the values' when they are not the defaults."""
        return "-".join([self.recipe, *self.values]).lower()


def _number(pattern: str, output: str) -> float:
    found = re.search(pattern, output)
    assert found, f"{pattern} is not in {output}"
    return float(found.group(1).replace(",", ""))


CASES = [
    Case("hello_task", ("Hello\n",)),
    Case("hello_task", (), {"TEXT": "¡Hola, 'mundo'!\\n", "NUM_TASKS": 2}, lambda o: "¡Hola, 'mundo'!\\n\n" * 2 in o),
    Case("parallel_squares", ("10 squared is 100", "sum of the 10 squares: 385")),
    Case("parallel_squares", ("7 squared is 49", "sum of the 3 squares: 179"), {"NUMBERS": [3, 7, 11]}),
    Case("actor_counter", ("counter 1: after 10 increments the count is 10",)),
    Case("actor_pool", ("20 items processed by a pool of 4 actors", "3 -> 10", "sum of all results: 2,490")),
    Case("word_count", ("21 words", "the             5")),
    Case("word_count", ("3 words, 2 of them", "b               2"), {"TEXT": "b a B", "NUM_MAPPERS": 7, "TOP": 1}),
    Case("monte_carlo_pi", (), means=lambda o: abs(_number(r"pi is about ([\d.]+)", o) - 3.14159) < 0.01),
    Case("parallel_sort", ("sorted 100,000 integers in 4 chunks, ascending", "agrees with sorted(): True")),
    Case("parallel_sort", ("descending", "agrees with sorted(): True"), {"ORDER": "descending", "NUM_NUMBERS": 17}),
    Case("prime_count", ("9,592 primes from 0 to 100,000",)),
    Case("prime_count", ("3 primes from 0 to 6",), {"END": 7, "LAST_ONE": "excluded"}),
    Case("prime_count", ("135 primes from 1,000 to 2,000",), {"START": 1000, "END": 2000, "NUM_TASKS": 3}),
    Case("matrix_multiply", ("512 x 512", "agrees with numpy: True")),
    Case("data_basics", ("columns: id, square", "10,000, of them with an even id: 5,000", "166,616,670,000")),
    Case("data_groupby", ("region 4", "5,000 rows in 4 groups, 2,469,339 in total")),
    Case("csv_aggregate", ("mean of price in ", "3 rows: 20.0"), {"PATH": SALES, "COLUMN": "price"}),
    Case(
        "csv_aggregate",
        ("sum of price by region", "north                              40", "south                              20"),
        {"PATH": SALES, "COLUMN": "price", "FUNCTION": "sum", "GROUP_BY": "region"},
    ),
    Case("progress", ("20 %  4 of 20", "[####################] 100 %  20 of 20 tasks done", "results: 380")),
    Case("retries", ("task 3: done after 4 attempts", "task 0: done after 1 attempts", "ValueError: this input")),
    Case(
        "wait_results", ("  1. task", "all 8 tasks finished"), means=lambda o: len(set(re.findall(r"task \d", o))) == 8
    ),
    Case("shared_array", ("total: 499,999,500,000, the same as in the driver: True",)),
    Case("task_pipeline", ("batch 3: 5 readings, mean 62.6 F", "4 batches went through extract, transform and load")),
    Case("nested_tasks", ("parent 2: its 4 children returned [21, 22, 23, 24], together 90", "total 270")),
    Case("random_walk", (), means=lambda o: 24 < _number(r"mean final distance: ([\d.]+)", o) < 32),
    Case("mandelbrot", ("600 x 400 pixels", "25.6% of the picture lies inside", "saved as mandelbrot.png")),
    Case("histogram", ("100,000 samples in 40 bins", "saved as histogram.png")),
    Case("cluster_resources", ("CPU  ", "nodes: 1, alive: 1"), means=lambda o: _number(r"CPU +(\d+)", o) >= 1),
    Case("fibonacci", ("fibonacci(20) = 6,765",)),
    Case("fibonacci", ("0, 1, 1, 2, 3, 5, 8, 13, 21, 34\n",), {"FIRST": 10}),
    Case("grid_search", ("best of 16 combinations",), means=lambda o: _number(r"validation error ([\d.]+)", o) < 0.5),
    Case("bootstrap", ("95 % confidence interval",), means=lambda output: _brackets(output, 10.29)),
    Case("bootstrap", ("median of 200",), {"STATISTIC": "median", "CONFIDENCE": 50}, lambda o: not _brackets(o, 10.29)),
    Case("semaphore", ("12 tasks done with a limit of 3", "within the limit: True")),
    Case("limit_in_flight", ("20 tasks done, at most 4 in flight", "sum of the results: 2,470")),
    Case("tree_reduce", ("level 4: 1 partial sums", "sum of 16 values after 4 levels: 136")),
    Case("dynamic_generator", ("item 5: cube 125, running total 225", "yielded 5 items")),
    Case("batch_inference", ("scored 1,000 rows in batches of 100 with 2 actors", "positive: 501")),
    Case(
        "kmeans", ("10,000 points in 3 clusters",), means=lambda o: sum(_sizes(o)) == 10_000 and min(_sizes(o)) > 3_000
    ),
]


def _brackets(output: str, value: float) -> bool:
    return _number(r"interval: ([\d.]+)", output) < value < _number(r"interval: [\d.]+ to ([\d.]+)", output)


def _sizes(output: str) -> list[int]:
    return [int(size.replace(",", "")) for size in re.findall(r"([\d,]+) points\n", output.partition("\n")[2])]


@pytest.fixture(scope="module")
def workplace(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The directory in which the programs run, with a CSV file in it."""
    directory = tmp_path_factory.mktemp("programs")
    (directory / "sales.csv").write_text("region,price\nnorth,10\nsouth,20\nnorth,30\n")
    return directory


@dataclass(frozen=True)
class Ran:
    """What a program printed, and its traceback if it failed."""

    printed: str
    failure: str | None


@pytest.fixture(scope="module")
def environment(ray_head: RayHead, workplace: Path) -> dict[str, str]:
    """What makes a Python process a driver on the head."""
    return _environment(ray_head, workplace)


@pytest.fixture(scope="module")
def runs(environment: dict[str, str], workplace: Path, request: pytest.FixtureRequest) -> dict[str, Ran]:
    """What became of the cases that were chosen, by their ids."""
    callspecs = [item.callspec for item in request.session.items if getattr(item, "callspec", None)]
    chosen = [spec.params["case"] for spec in callspecs if isinstance(spec.params.get("case"), Case)]
    paths = [str(_written(case, workplace)) for case in chosen]
    done = _python([str(HERE / "driver.py"), *paths], workplace, environment)
    answers = [json.loads(line) for line in done.stdout.splitlines() if line.startswith('{"path"')]
    assert len(answers) == len(paths), done.stderr[-2000:]
    return {Path(answer["path"]).stem: Ran(answer["printed"], answer["failure"]) for answer in answers}


def _environment(head: RayHead, workplace: Path) -> dict[str, str]:
    return {
        "PATH": os.defpath,
        "HOME": str(workplace),
        "LANG": "C.UTF-8",
        "RAYGEN_OUT": str(workplace),
        "RAY_ADDRESS": _address_for_drivers(head),
        "RAY_AUTH_MODE": "token",
        "RAY_AUTH_TOKEN": head.token,
        "RAY_USAGE_STATS_ENABLED": "0",
    }


def _address_for_drivers(head: RayHead) -> str:
    """Where the head's GCS listens: a job is told by Ray, and the dashboard's API tells nobody else."""
    headers = {"Authorization": f"Bearer {head.token}"}
    with httpx.Client(base_url=f"http://{head.address}", headers=headers, trust_env=False, timeout=60) as client:
        entrypoint = 'python -c \'import os; print("address:", os.environ["RAY_ADDRESS"])\''
        job = client.post("/api/jobs/", json={"entrypoint": entrypoint}).raise_for_status().json()["submission_id"]
        for _ in range(600):
            if client.get(f"/api/jobs/{job}").json()["status"] in {"SUCCEEDED", "FAILED"}:
                break
            Event().wait(0.1)
        logs = client.get(f"/api/jobs/{job}/logs").json()["logs"]
    found = re.search(r"^address: (\S+)$", logs, re.MULTILINE)
    assert found, logs
    return found.group(1)


def _written(case: Case, workplace: Path) -> Path:
    """The case's program as a file; paths in it absolute, since workers have working directories of their own."""
    values = case.values | {"PATH": str(workplace / "sales.csv")} if "PATH" in case.values else case.values
    program = workplace / f"{case.id}.py"
    program.write_text(fill(PROGRAMS[case.recipe], values), encoding="utf-8")
    return program


def _python(arguments: list[str], workplace: Path, environment: dict[str, str]) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, *arguments],
        cwd=workplace,
        env=environment,
        capture_output=True,
        text=True,
        timeout=SECONDS,
        check=False,
    )


def test_every_recipe_is_run():
    assert {case.recipe for case in CASES} == set(PROGRAMS)
    assert len({case.id for case in CASES}) == len(CASES)


@pytest.mark.ray
def test_a_program_of_its_own_prints_hello(environment, workplace):
    program = workplace / "alone.py"
    program.write_text(PROGRAMS["hello_task"])

    done = _python([str(program)], workplace, environment)

    assert done.stdout == "Hello\n"


@pytest.mark.ray
@pytest.mark.parametrize("case", CASES, ids=lambda case: case.id)
def test_a_program_runs_and_prints_what_it_promises(case, runs, workplace):
    ran = runs[case.id]

    assert ran.failure is None
    for text in case.shows:
        assert text in ran.printed
    assert case.means(ran.printed)
    for picture in re.findall(r"saved as (\S+\.png)", ran.printed):
        assert (workplace / picture).read_bytes().startswith(PNG)
