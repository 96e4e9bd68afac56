"""Whether every line of the user's is shown and none of Ray's, over the labelled programs, cold and warm."""

import uuid
from collections import Counter
from dataclasses import replace
from pathlib import Path

from agents.cluster.policy.rules import APPROVALS
from agents.cluster.settings import ClusterSettings
from bench.result import Result
from bench.run_latency import on_a_cluster
from tests.agents.cluster.labelled import WAYS, expected_lines, lines_of, missing_package, output_of
from tests.agents.cluster.warming import wait_for_warm_driver


def measure() -> Result:
    """The user's lines that are missing plus the lines that are not the user's."""
    return on_a_cluster(_compare)


def _compare(settings: ClusterSettings) -> Result:
    ways = [(case, way) for case, way in WAYS if missing_package(case) is None]
    wrong = {f"{case.name} {way}": _differences(case, way, settings) for case, way in ways}
    missing, left = (sum(counts[side] for counts in wrong.values()) for side in (0, 1))
    details = {
        "missing": missing,
        "left_over": left,
        "user_lines": sum(sum(expected_lines(case).values()) for case, _ in ways),
        "cases": len(ways),
        "perfect": sum(counts == (0, 0) for counts in wrong.values()),
        "imperfect": {name: counts for name, counts in wrong.items() if counts != (0, 0)},
    }
    return Result("separation", missing + left, "lines", 0, "lower", "hand-labelled programs", {}, details)


def _differences(case: Path, way: str, settings: ClusterSettings) -> tuple[int, int]:
    """How many expected lines are missing, and how many others are there."""
    settings = replace(settings, warm_drivers=int(way == "warm"), policy_allow_rules=tuple(APPROVALS))
    wait_for_warm_driver(settings)
    shown = lines_of(case, output_of(case, settings, uuid.uuid4().hex))
    return _count(expected_lines(case) - shown), _count(shown - expected_lines(case))


def _count(lines: Counter[str]) -> int:
    return sum(lines.values())
