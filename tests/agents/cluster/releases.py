"""Which releases of Ray the cluster room works with: `python -m tests.agents.cluster.releases 2.9.3 2.40.0`.

Each release gets a virtual environment of its own under build/ray-releases, which is kept, and a head of its own; the
tests that need a real head run against it. Prints a Markdown table, and what differs from what is known of the older
releases (`release_limits.py`). Releases before token authentication run heads
that execute code for whoever reaches them, so run this where nobody does.
"""

# ruff: noqa: T201  # prints for people

import subprocess
import sys
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain
from pathlib import Path
from typing import NamedTuple
from xml.etree import ElementTree as ET

from tests.agents.cluster.release_limits import limits_of, release_of, surprises

ROOT = Path(__file__).parents[3]
BUILD = ROOT / "build" / "ray-releases"
PACKAGES = ("tqdm", "matplotlib", "setuptools<81")
"""What the programs import beside Ray; releases before 2.10 import pkg_resources, which newer setuptools lack."""
OF_ITS_TIME = ("numpy<2", "pandas<2.2", "pyarrow<16")
"""What releases before 2.30 were made for and do not say: Ray Data uses names that later ones have removed."""
SERVED_BY = ("aiohttp<3.10", "grpcio<1.61", "protobuf<5", "pydantic<2.7", "prometheus-client<0.21")
"""What the dashboard of releases before 2.10 was made for, as the images of that time hold it."""
GROUPS = {
    "labelled output, cold": ["tests/agents/cluster/test_corpus.py", "-k", "cold"],
    "labelled output, warm": ["tests/agents/cluster/test_corpus.py", "-k", "warm"],
    "ends": ["tests/agents/cluster/test_real_cluster.py", "tests/agents/cluster/test_ends_on_ray.py"],
    "bad input": ["tests/agents/cluster/test_bad_input_on_ray.py"],
    "files out": ["tests/agents/cluster/test_outputs_on_ray.py"],
    "files in": ["tests/agents/cluster/test_inputs_on_ray.py"],
}


class Outcome(NamedTuple):
    """The names of the tests that passed and of those that failed."""

    passed: tuple[str, ...]
    failed: tuple[str, ...]


def main(releases: Sequence[str]) -> int:
    """Test each release; how many of them differ from what is known of them."""
    rows = [(release, dict(_results(release))) for release in releases]
    print("| Ray | " + " | ".join(GROUPS) + " |")
    print("|---" * (len(GROUPS) + 1) + "|")
    for release, results in rows:
        print(f"| {release} | " + " | ".join(_cell(results[group]) for group in GROUPS) + " |")
    return sum(_says_surprises(release, results.values()) for release, results in rows)


def _says_surprises(release: str, outcomes: Iterable[Outcome]) -> bool:
    """Print what is known of the release and what differs from it; whether anything does."""
    passed, failed = zip(*outcomes, strict=True)
    found = surprises(release, chain(*passed), chain(*failed))
    for limit in limits_of(release):
        print(f"{release}: {limit.test} {'may' if limit.at_times else 'is expected to'} fail: {limit.why}")
    for name in found.failed:
        print(f"{release}: {name} FAILED")
    for limit in found.passed:
        print(f"{release}: {limit.test} PASSED, so it is no limit of this release: take it out of release_limits.py")
    return bool(found.failed or found.passed)


def _results(release: str) -> Iterator[tuple[str, Outcome]]:
    python = _python_with(release)
    for group, arguments in GROUPS.items():
        report = BUILD / f"{release}-{group.replace(' ', '-').replace(',', '')}.xml"
        report.unlink(missing_ok=True)
        options = [
            "-m",
            "ray",
            f"--ray-python={python}",
            f"--junitxml={report}",
            "--timeout=600",
            "-p",
            "no:cacheprovider",
        ]
        subprocess.run([sys.executable, "-m", "pytest", *arguments, *options], cwd=ROOT, check=False)
        yield group, _outcome(report)


def _python_with(release: str) -> Path:
    """The interpreter of the release's environment, which is made if it is not there."""
    directory = BUILD / release
    python = directory / "bin" / "python"
    if not (directory / "complete").exists():
        subprocess.run([sys.executable, "-m", "venv", "--clear", directory], check=True)
        install = [python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
        older = (
            *(OF_ITS_TIME if release_of(release) < (2, 30) else ()),
            *(SERVED_BY if release_of(release) < (2, 10) else ()),
        )
        subprocess.run([*install, f"ray[default,data]=={release}", *PACKAGES, *older], check=True)
        (directory / "complete").touch()
    return python


def _outcome(report: Path) -> Outcome:
    if not report.exists():
        return Outcome((), (f"{report.stem}: the tests could not be run",))
    passed, failed = [], []
    for case in ET.parse(report).getroot().iter("testcase"):  # noqa: S314  # pytest has just written it
        kinds = {child.tag for child in case}
        if kinds & {"failure", "error"}:
            failed.append(case.get("name", ""))
        elif "skipped" not in kinds:
            passed.append(case.get("name", ""))
    return Outcome(tuple(passed), tuple(failed))


def _cell(outcome: Outcome) -> str:
    return f"{len(outcome.passed)} of {len(outcome.passed) + len(outcome.failed)}"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
