"""Whether every line of the user's is shown and none of Ray's, over the labelled programs, cold and warm."""

from collections import Counter
from pathlib import Path

from agents.cluster.settings import ClusterSettings
from bench.result import Result
from bench.run_latency import on_a_cluster
from tests.agents.cluster.labelled import WAYS, expected_lines, lines_of, missing_package, running

Counts = tuple[int, int]
"""How many lines of the user's are missing, and how many others are there."""


def measure() -> Result:
    """The user's lines that are missing plus the lines that are not the user's, both ways together."""
    return on_a_cluster(_compare)


def _compare(settings: ClusterSettings) -> Result:
    ways = [(case, way) for case, way in WAYS if missing_package(case) is None]
    with running(ways, settings) as shown:
        found = {(case, way): shown[case, way].result() for case, way in ways}
    counts = {(case, way): _differences(case, found[case, way].output) for case, way in ways}
    each = {way: _of_way(counts, way) for way in ("cold", "warm")}
    missing, left = (sum(count[side] for count in counts.values()) for side in (0, 1))
    details = {
        "missing": missing,
        "left_over": left,
        **each,
        "imperfect": {f"{case.name} {way}": count for (case, way), count in counts.items() if any(count)},
        "not_in_a_warm_driver": [case.name for (case, way), each in found.items() if way == "warm" and not each.warm],
    }
    return Result("separation", missing + left, "lines", 0, "lower", "hand-labelled programs", {}, details)


def _of_way(counts: dict[tuple[Path, str], Counts], way: str) -> dict[str, int]:
    of_way = {case: count for (case, its), count in counts.items() if its == way}
    lines = sum(sum(expected_lines(case).values()) for case in of_way)
    return {"cases": len(of_way), "perfect": sum(not any(count) for count in of_way.values()), "user_lines": lines}


def _differences(case: Path, output: str) -> Counts:
    expected, shown = expected_lines(case), lines_of(case, output)
    return _count(expected - shown), _count(shown - expected)


def _count(lines: Counter[str]) -> int:
    return sum(lines.values())
