"""Every recipe's program, filled or as it is, runs on a real cluster and prints what its title promises.

One of them runs as a person would run it, `python program.py`; the others share a driver, which takes a third of the
time.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from agents.cookbook.program import Value, fill
from agents.cookbook.recipe import load_recipes
from sandbox.ray_head import RayHead
from tests.agents.cookbook.driving import Ran, environment_of_driver, run_programs, run_python

pytestmark = pytest.mark.timeout(900)  # whoever comes first waits for all the programs

PROGRAMS = {recipe.name: recipe.program for recipe in load_recipes()}
SALES, MANAGERS, NOTES = "sales.csv", "managers.csv", "notes.txt"
FILES = {
    SALES: "region,price,sold\nnorth,10,2026-01-05\nsouth,20,2026-01-30\nnorth,30,2026-03-02\n",
    MANAGERS: "region,manager\nnorth,Ada\nsouth,Bo\nwest,Cy\n",
    NOTES: "a ray of light\nnothing\nRay and ray\n",
}
PATHS = ("PATH", "LEFT", "RIGHT")
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
    Case(
        "csv_filter",
        ("2 of 3 rows of ", "have a price above 15", "price: 20"),
        {"PATH": SALES, "COLUMN": "price", "COMPARISON": "above", "VALUE": 15},
    ),
    Case(
        "csv_join",
        ("joined on region: 3 rows", "Ada", "Bo"),
        {"LEFT": SALES, "RIGHT": MANAGERS, "KEY": "region"},
        lambda o: "Cy" not in o,
    ),
    Case("csv_top", ("1. region: north, price: 30", "2. region: south"), {"PATH": SALES, "COLUMN": "price", "TOP": 2}),
    Case(
        "csv_top", ("1. region: north, price: 10",), {"PATH": SALES, "COLUMN": "price", "WHICH": "smallest", "TOP": 1}
    ),
    Case("csv_quantiles", ("median 20", "percentile 25: 15", "range: 10"), {"PATH": SALES, "COLUMN": "price"}),
    Case("csv_to_parquet", ("3 rows, columns: region, price, sold", "the same number: True"), {"PATH": SALES}),
    Case(
        "csv_distinct", ("2 distinct values of region, 1 duplicates", "north: 2"), {"PATH": SALES, "COLUMN": "region"}
    ),
    Case(
        "csv_months",
        ("2026-01                30", "2026-03                30"),
        {"PATH": SALES, "COLUMN": "price", "DATE_COLUMN": "sold"},
    ),
    Case(
        "csv_months",
        ("Monday                 40", "Friday                 20"),
        {"PATH": SALES, "COLUMN": "price", "DATE_COLUMN": "sold", "PERIOD": "weekday"},
    ),
    Case(
        "csv_bar_chart",
        ("north                            40", "saved as bar_chart.png"),
        {"PATH": SALES, "COLUMN": "price", "GROUP_BY": "region"},
    ),
    Case("data_split", ("800 to train with, 200 to test with (20 %)", "rows in both parts: 0, rows in none: 0")),
    Case("log_analysis", ("10,000 of 10,000 lines understood",), means=lambda o: 8 < _number(r"is ([\d.]+) %", o) < 12),
    Case("text_search", ("'ray' is in 2 of 3 lines", "3 times altogether"), {"PATH": NOTES, "PATTERN": "ray"}),
    Case("edit_distance", ("the nearest of 1,596 pairs", "believe and relieve: distance 1")),
    Case("edit_distance", ("receive: distance 2", "relieve: distance 1"), {"WORD": "recieve"}),
    Case("nearest_neighbours", ("the 5 nearest of 100,000 points", "agrees with a search in the driver: True")),
    Case("gradient_descent", ("fitted weights: 2.000, -3.000, 0.500",)),
    Case("cross_validation", ("over 5 folds",), means=lambda o: 0.9 < _number(r"mean error .*: ([\d.]+),", o) < 1.1),
    Case("tune_search", ("best of 2 trials",), {"NUM_TRIALS": 2}, lambda o: o.startswith("error ")),
    Case("epidemic", ("50 outbreaks",), means=lambda o: 90 < _number(r"ever infected: ([\d.]+)", o) < 97),
    Case("integrate", (), means=lambda o: abs(_number(r"to 1: ([\d.]+)", o) - 0.45969769) < 1e-6),
    Case("integrate", ("8.66666667",), {"FUNCTION": "square", "START": 1, "END": 3}),
    Case("actor_pipeline", ("20 items went through", "running total 2,100")),
    Case("rate_limit", ("10 calls by 4 workers", "within the limit: True"), {"NUM_CALLS": 10, "PER_SECOND": 20}),
    Case("priority_queue", ("12 jobs done by 2 workers", "the most urgent first: True")),
    Case("async_actor", ("sum of the results: 2,470",), means=lambda o: _number(r"in the actor: (\d+)", o) > 1),
    Case("concurrency_groups", ("8 reads and 2 computations", "compute: at most 1 at the same time")),
    Case("placement_group", ("2 bundles with 1 CPU each", "the task of bundle 1 ran in the group: True")),
    Case("task_resources", ("8 tasks with 0.5 CPUs each",), means=lambda o: 1 <= _number(r"at work .*: (\d+)", o) <= 8),
    Case("cancel_tasks", ("[0, 2]", "task 1 was cancelled", "2 done, 2 cancelled")),
    Case("simulated_downloads", ("12 files, 25.1 MB in ", "at most 4 at a time")),
    Case("pagerank", ("sum of all ranks: 1.0000", "page 0: rank 0.11786")),
    Case("shortest_paths", ("1,000 of 1,000 nodes can be reached", "distance 0: 1 nodes")),
    Case("actor_restart", ("life 3: counted [1, 2, 3]", "restarted 2 times")),
    Case("producer_consumer", ("20 items produced, 20 consumed, their sum is 210", "consumed once: True")),
    Case("scatter_plot", ("1,000 points", "saved as scatter_plot.png")),
    Case("line_chart", ("series 5: from 100.00", "saved as line_chart.png")),
]


def _brackets(output: str, value: float) -> bool:
    return _number(r"interval: ([\d.]+)", output) < value < _number(r"interval: [\d.]+ to ([\d.]+)", output)


def _sizes(output: str) -> list[int]:
    return [int(size.replace(",", "")) for size in re.findall(r"([\d,]+) points\n", output.partition("\n")[2])]


@pytest.fixture(scope="module")
def workplace(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The directory in which the programs run, with a CSV file in it."""
    directory = tmp_path_factory.mktemp("programs")
    for name, text in FILES.items():
        (directory / name).write_text(text)
    return directory


@pytest.fixture(scope="module")
def environment(ray_head: RayHead, workplace: Path) -> dict[str, str]:
    """What makes a Python process a driver on the head."""
    return environment_of_driver(ray_head, workplace)


@pytest.fixture(scope="module")
def runs(environment: dict[str, str], workplace: Path, request: pytest.FixtureRequest) -> dict[str, Ran]:
    """What became of the cases that were chosen, by their ids."""
    callspecs = [item.callspec for item in request.session.items if getattr(item, "callspec", None)]
    chosen = [spec.params["case"] for spec in callspecs if isinstance(spec.params.get("case"), Case)]
    return run_programs([_written(case, workplace) for case in chosen], workplace, environment)


def _written(case: Case, workplace: Path) -> Path:
    """The case's program as a file; paths in it absolute, since workers have working directories of their own."""
    values = {name: str(workplace / str(v)) if name in PATHS else v for name, v in case.values.items()}
    program = workplace / f"{case.id}.py"
    program.write_text(fill(PROGRAMS[case.recipe], values), encoding="utf-8")
    return program


def test_every_recipe_is_run():
    assert {case.recipe for case in CASES} == set(PROGRAMS)
    assert len({case.id for case in CASES}) == len(CASES)


@pytest.mark.ray
def test_a_program_of_its_own_prints_hello(environment, workplace):
    program = workplace / "alone.py"
    program.write_text(PROGRAMS["hello_task"])

    done = run_python([str(program)], workplace, environment)

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
        assert (workplace / case.id / picture).read_bytes().startswith(PNG)
