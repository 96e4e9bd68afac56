"""Which releases of Ray the cluster room works with: `python -m tests.agents.cluster.releases 2.9.3 2.40.0`.

Each release gets a virtual environment of its own under build/ray-releases, which is kept, and a head of its own; the
tests that need a real head run against it. Prints a Markdown table. Releases before token authentication run heads
that execute code for whoever reaches them, so run this where nobody does.
"""

# ruff: noqa: T201  # prints for people

import subprocess
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from xml.etree import ElementTree as ET

ROOT = Path(__file__).parents[3]
BUILD = ROOT / "build" / "ray-releases"
PACKAGES = ("tqdm", "matplotlib", "setuptools<81")
"""What the programs import beside Ray; releases before 2.10 import pkg_resources, which newer setuptools lack."""
OF_ITS_TIME = ("numpy<2", "pandas<2.2", "pyarrow<16")
"""What releases before 2.30 were made for and do not say: Ray Data uses names that later ones have removed."""
GROUPS = {
    "labelled output, cold": ["tests/agents/cluster/test_corpus.py", "-k", "cold"],
    "labelled output, warm": ["tests/agents/cluster/test_corpus.py", "-k", "warm"],
    "ends": ["tests/agents/cluster/test_real_cluster.py", "tests/agents/cluster/test_ends_on_ray.py"],
    "bad input": ["tests/agents/cluster/test_bad_input_on_ray.py"],
    "files out": ["tests/agents/cluster/test_outputs_on_ray.py"],
}


def main(releases: Sequence[str]) -> int:
    """Test each release; how many of them had a failure."""
    rows = [(release, dict(_results(release))) for release in releases]
    print("| Ray | " + " | ".join(GROUPS) + " |")
    print("|---" * (len(GROUPS) + 1) + "|")
    for release, results in rows:
        print(f"| {release} | " + " | ".join(_cell(results[group]) for group in GROUPS) + " |")
    failed = [(release, name) for release, results in rows for counts in results.values() for name in counts.failures]
    for release, name in failed:
        print(f"{release}: {name}")
    return len({release for release, _ in failed})


class Outcome(Counter[str]):
    """How many tests passed, failed and were skipped, and the names of those that failed."""

    failures: tuple[str, ...] = ()


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
            "--timeout=180",
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
        older = OF_ITS_TIME if tuple(map(int, release.split(".")[:2])) < (2, 30) else ()
        subprocess.run([*install, f"ray[default,data]=={release}", *PACKAGES, *older], check=True)
        (directory / "complete").touch()
    return python


def _outcome(report: Path) -> Outcome:
    outcome = Outcome()
    if not report.exists():
        outcome["failed"], outcome.failures = 1, (f"{report.stem}: the tests could not be run",)
        return outcome
    for case in ET.parse(report).getroot().iter("testcase"):  # noqa: S314  # pytest has just written it
        kinds = {child.tag for child in case}
        failed = bool(kinds & {"failure", "error"})
        outcome["failed" if failed else "skipped" if "skipped" in kinds else "passed"] += 1
        outcome.failures += (case.get("name", ""),) if failed else ()
    return outcome


def _cell(outcome: Outcome) -> str:
    return f"{outcome['passed']} of {outcome['passed'] + outcome['failed']}"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
