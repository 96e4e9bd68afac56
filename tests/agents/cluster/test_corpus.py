"""Labelled programs on a real cluster: every line of the user's is shown, and no line of Ray's, cold and warm."""

import sys
from collections import Counter
from collections.abc import Iterator, Mapping
from concurrent.futures import Future
from pathlib import Path

import pytest

from agents.cluster.settings import ClusterSettings
from agents.cluster.warmable import warmable
from sandbox.ray_head import RayHead
from tests.agents.cluster.labelled import (
    CASES,
    COLD_ONLY,
    WAYS,
    Shown,
    Way,
    label_of,
    lines_of,
    missing_package,
    program_of,
    running,
    without_rays_frames,
)

pytestmark = pytest.mark.timeout(900)  # whoever comes first waits for all the programs


def test_the_cases_that_go_the_cold_way_are_known() -> None:
    found = {case.name for case in CASES if not _is_warmable(case)}

    assert found == COLD_ONLY


def _is_warmable(case: Path) -> bool:
    try:
        return warmable(program_of(case).encode())
    except SyntaxError:
        return False


@pytest.fixture(scope="module")
def shown(request: pytest.FixtureRequest, ray_head: RayHead) -> Iterator[Mapping[Way, Future[Shown]]]:
    """What the cases show that this session has been asked for; all of them are started at once."""
    asked = [item.callspec.params for item in request.session.items if hasattr(item, "callspec")]
    ways = [(each["case"], each["way"]) for each in asked if {"case", "way"} <= each.keys()]
    settings = ClusterSettings(hosts=(ray_head.address,), token=ray_head.token)
    with running([way for way in WAYS if way in ways and missing_package(way[0]) is None], settings) as futures:
        yield futures


def _comparable(case: Path, text: str, ray_python: str) -> Counter[str]:
    """The lines; of another release than the labels' without the frames of Ray's own."""
    return lines_of(case, text if ray_python == sys.executable else without_rays_frames(text))


@pytest.mark.ray
@pytest.mark.parametrize(("case", "way"), WAYS, ids=lambda value: getattr(value, "name", value))
def test_every_line_of_the_users_is_shown_and_none_of_rays(
    case: Path, way: str, shown: Mapping[Way, Future[Shown]], ray_python: str, ray_release: tuple[int, ...]
) -> None:
    if needed := missing_package(case):
        pytest.skip(f"the program imports {needed}, which is not installed")

    found = shown[case, way].result()

    assert _comparable(case, found.output, ray_python) == _comparable(case, label_of(case), ray_python)
    assert found.warm == (way == "warm" and ray_release >= (2, 10))
