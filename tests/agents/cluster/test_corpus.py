"""Labelled programs on a real cluster: every line of the user's is shown, and no line of Ray's, cold and warm."""

import uuid
from pathlib import Path

import pytest

from agents.cluster.policy.rules import APPROVALS
from agents.cluster.settings import ClusterSettings
from agents.cluster.warmable import warmable
from sandbox.ray_head import RayHead
from tests.agents.cluster.labelled import (
    CASES,
    COLD_ONLY,
    WAYS,
    expected_lines,
    lines_of,
    missing_package,
    output_of,
    program_of,
)
from tests.agents.cluster.warming import carrier_of, wait_for_warm_driver


def test_the_cases_that_go_the_cold_way_are_known() -> None:
    found = {case.name for case in CASES if not _is_warmable(case)}

    assert found == COLD_ONLY


def _is_warmable(case: Path) -> bool:
    try:
        return warmable(program_of(case).encode())
    except SyntaxError:
        return False


@pytest.mark.ray
@pytest.mark.parametrize(("case", "way"), WAYS, ids=lambda value: getattr(value, "name", value))
def test_every_line_of_the_users_is_shown_and_none_of_rays(case: Path, way: str, ray_head: RayHead) -> None:
    if needed := missing_package(case):
        pytest.skip(f"the program imports {needed}, which is not installed")
    settings = ClusterSettings(
        hosts=(ray_head.address,),
        token=ray_head.token,
        warm_drivers=int(way == "warm"),
        policy_allow_rules=tuple(APPROVALS),
    )
    run_id = uuid.uuid4().hex
    wait_for_warm_driver(settings)

    shown = output_of(case, settings, run_id)

    assert lines_of(case, shown) == expected_lines(case)
    assert way == "cold" or carrier_of(settings, run_id) is not None
