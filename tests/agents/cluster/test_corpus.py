"""Labelled programs on a real cluster: every line of the user's is shown, and no line of Ray's.

The order between processes is not defined, so lines are compared as multisets, with pids, addresses and times made
equal. A line that matches an expression in a case's optional.re counts neither way.
"""

import importlib.util
import re
import uuid
from collections import Counter
from pathlib import Path

import pytest

from agents.cluster.settings import ClusterSettings
from sandbox.ray_head import RayHead
from tests.agents.cluster.calls import call, follow_to_the_end

pytestmark = pytest.mark.ray

CASES = sorted(Path(__file__).with_name("corpus").iterdir())
STOPPED_AT = {"14_infeasible_stopped": "waiting", "25_stopped_midway": "tick 3"}
NEEDS = {"11_tqdm": "tqdm"}
EQUAL = [
    (r'File "[^"]*/', 'File "'),
    (r"\x1b\[[0-9;]*m", ""),
    (r"pid=(\d+|<n>)", "pid="),
    (r"ip=([\d.]+|<ip>)", "ip="),
    (r"0x([0-9a-f]+|<h>)", "0x"),
    (r"^(\d{4}-\d\d-\d\d \d\d:\d\d:\d\d,\d{3}|<ts>)", ""),
    (r'"asctime": "[^"]*"', ""),
    (r'"(process|timestamp_ns)": (\d+|<n>)', ""),
    (r'"(job|worker|node|task|actor)_id": "([0-9a-f]+|<h>)"', ""),
]


def _lines(text: str, optional: list[str]) -> Counter[str]:
    lines = text.removesuffix("\n").split("\n") if text else []
    kept = [line for line in lines if not any(re.search(each, line) for each in optional)]
    return Counter(map(_equal, kept))


def _equal(line: str) -> str:
    for pattern, replacement in EQUAL:
        line = re.sub(pattern, replacement, line)
    return line


def _run(case: Path, head: RayHead) -> str:
    settings = ClusterSettings(hosts=(head.address,), token=head.token)
    code, run_id = (case / "program.txt").read_text(), uuid.uuid4().hex
    if case.name not in STOPPED_AT:
        return follow_to_the_end(settings, head.address, code, run_id)[1]
    report = call(settings, code=code, ray_cluster_ip=head.address, run_id=run_id, wait_seconds=5)
    output = report.output
    while STOPPED_AT[case.name] not in output:
        assert not report.final
        at = report.log_offset
        report = call(settings, code="", ray_cluster_ip=head.address, run_id=run_id, wait_seconds=5, log_offset=at)
        output += report.output
    call(settings, "stop_ray_job", ray_cluster_ip=head.address, run_id=run_id)
    at = report.log_offset
    return output + call(settings, code="", ray_cluster_ip=head.address, run_id=run_id, log_offset=at).output


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_every_line_of_the_users_is_shown_and_none_of_rays(case: Path, ray_head: RayHead) -> None:
    needed = NEEDS.get(case.name)
    if needed and importlib.util.find_spec(needed) is None:
        pytest.skip(f"the program imports {needed}, which is not installed")
    optional_file = case / "optional.re"
    optional = optional_file.read_text().splitlines() if optional_file.exists() else []

    shown = _run(case, ray_head)

    assert _lines(shown, optional) == _lines((case / "expected.txt").read_text(), optional)
