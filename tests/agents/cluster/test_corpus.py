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
from agents.cluster.warmable import warmable
from sandbox.ray_head import RayHead
from tests.agents.cluster.calls import call, follow_to_the_end
from tests.agents.cluster.warming import carrier_of, wait_for_warm_driver

CASES = sorted(Path(__file__).with_name("corpus").iterdir())
COLD_ONLY = {
    "15a_init_log_to_driver_false",
    "15b_init_json",
    "19_no_newline",
    "27_syntax_error",
    "28_binary_output",
    "42_user_env_and_retry",
    "47_user_working_dir",
}
"""Those that a warm driver could not honour, or that do not use Ray at all."""
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


def _run(case: Path, head: RayHead, settings: ClusterSettings, run_id: str) -> str:
    code = (case / "program.txt").read_text()
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


def test_the_cases_that_go_the_cold_way_are_known() -> None:
    found = {case.name for case in CASES if not _is_warmable(case)}

    assert found == COLD_ONLY


def _is_warmable(case: Path) -> bool:
    try:
        return warmable((case / "program.txt").read_bytes())
    except SyntaxError:
        return False


WAYS = [(case, way) for case in CASES for way in ("cold", "warm") if way == "cold" or case.name not in COLD_ONLY]


@pytest.mark.ray
@pytest.mark.parametrize(("case", "way"), WAYS, ids=lambda value: getattr(value, "name", value))
def test_every_line_of_the_users_is_shown_and_none_of_rays(case: Path, way: str, ray_head: RayHead) -> None:
    needed = NEEDS.get(case.name)
    if needed and importlib.util.find_spec(needed) is None:
        pytest.skip(f"the program imports {needed}, which is not installed")
    optional_file = case / "optional.re"
    optional = optional_file.read_text().splitlines() if optional_file.exists() else []
    settings = ClusterSettings(hosts=(ray_head.address,), token=ray_head.token, warm_drivers=int(way == "warm"))
    run_id = uuid.uuid4().hex
    wait_for_warm_driver(settings)

    shown = _run(case, ray_head, settings, run_id)

    assert _lines(shown, optional) == _lines((case / "expected.txt").read_text(), optional)
    assert (carrier_of(settings, run_id) is not None) == (way == "warm")
