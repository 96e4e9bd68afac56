"""The labelled programs, how they are run, and how their output is compared with the label.

The order between processes is not defined, so lines are compared as multisets, with pids, addresses and times made
equal. A line that matches an expression in a case's optional.re counts neither way.
"""

import importlib.util
import re
import uuid
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from agents.cluster.policy.rules import APPROVALS
from agents.cluster.settings import ClusterSettings
from tests.agents.cluster.calls import call, follow_to_the_end
from tests.agents.cluster.warming import carrier_of, wait_for_warm_driver

CASES = sorted(Path(__file__).with_name("corpus").iterdir())
COLD_ONLY = {
    "13_worker_killed",
    "15a_init_log_to_driver_false",
    "15b_init_json",
    "15d_no_init_reinit",
    "27_syntax_error",
    "40_redirects",
    "42_user_env_and_retry",
    "47_user_working_dir",
}
"""Those that a warm driver could not honour, or might not."""
Way = tuple[Path, str]
"""A case, and "cold" or "warm"."""
WAYS: list[Way] = [
    (case, way) for case in CASES for way in ("cold", "warm") if way == "cold" or case.name not in COLD_ONLY
]
_STOPPED_AT = {"14_infeasible_stopped": "waiting", "25_stopped_midway": "tick 3"}
_NEEDS = {"11_tqdm": "tqdm"}
_RAYS_FRAME = re.compile(r'\s*File "(?:<ray>|ray)/')
_EQUAL = [
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


def missing_package(case: Path) -> str | None:
    """What the program imports that is not installed here."""
    needed = _NEEDS.get(case.name)
    return needed if needed and importlib.util.find_spec(needed) is None else None


def program_of(case: Path) -> str:
    return (case / "program.txt").read_text()


def label_of(case: Path) -> str:
    return (case / "expected.txt").read_text()


def expected_lines(case: Path) -> Counter[str]:
    return lines_of(case, label_of(case))


def lines_of(case: Path, text: str) -> Counter[str]:
    optional_file = case / "optional.re"
    optional = optional_file.read_text().splitlines() if optional_file.exists() else []
    lines = text.removesuffix("\n").split("\n") if text else []
    kept = [line for line in lines if not any(re.search(each, line) for each in optional)]
    return Counter(map(_equal, kept))


def without_rays_frames(text: str) -> str:
    """A text whose tracebacks have no frames of Ray's own: which there are, and where, differs between releases."""
    kept, ours = [], True
    for line in text.splitlines(keepends=True):
        if line.lstrip().startswith('File "'):
            ours = _RAYS_FRAME.match(line) is None
        elif not line.startswith("    "):
            ours = True
        kept += [line] if ours else []
    return "".join(kept)


def _equal(line: str) -> str:
    for pattern, replacement in _EQUAL:
        line = re.sub(pattern, replacement, line)
    return line


def output_of(case: Path, settings: ClusterSettings, run_id: str) -> str:
    """Run the case's program and follow it to its end; stop it where its label ends."""
    cluster, code = settings.hosts[0], program_of(case)
    if case.name not in _STOPPED_AT:
        return follow_to_the_end(settings, cluster, code, run_id)[1]
    report = call(settings, code=code, ray_cluster_ip=cluster, run_id=run_id, wait_seconds=5)
    output = report.output
    while _STOPPED_AT[case.name] not in output:
        assert not report.final
        at = report.log_offset
        report = call(settings, code="", ray_cluster_ip=cluster, run_id=run_id, wait_seconds=5, log_offset=at)
        output += report.output
    call(settings, "stop_ray_job", ray_cluster_ip=cluster, run_id=run_id)
    at = report.log_offset
    return output + call(settings, code="", ray_cluster_ip=cluster, run_id=run_id, log_offset=at).output


@dataclass(frozen=True)
class Shown:
    """What a reader is shown of a program, and whether it ran in a warm driver."""

    output: str
    warm: bool


@contextmanager
def running(ways: Iterable[Way], settings: ClusterSettings) -> Iterator[Mapping[Way, Future[Shown]]]:
    """Run the programs beside each other: three of the cold ones at a time, and one in a warm driver.

    One alone would find the next warm driver still starting, so there are two.
    """
    settings = replace(settings, policy_allow_rules=tuple(APPROVALS))
    pools = {"cold": ThreadPoolExecutor(3), "warm": ThreadPoolExecutor(1)}
    try:
        yield {(case, way): pools[way].submit(_shown, case, way, settings) for case, way in ways}
    finally:
        for pool in pools.values():
            pool.shutdown(cancel_futures=True)


def _shown(case: Path, way: str, settings: ClusterSettings) -> Shown:
    run_id = uuid.uuid4().hex
    settings = replace(settings, warm_drivers=2 if way == "warm" else 0)
    wait_for_warm_driver(settings)
    output = output_of(case, settings, run_id)
    return Shown(output, way == "warm" and carrier_of(settings, run_id) is not None)
