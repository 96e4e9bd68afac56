"""A Postgres for the tests: one server a session, a database each; where there is none, nobody can overlook it."""

import os
from collections.abc import Iterator

import pytest

from bench.stage.postgres import Postgres, PostgresMissing

MISSING = "POSTGRES IS NOT TESTED HERE. Install it: apt-get install postgresql."


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    """A server for the whole session; without one the test is skipped, and under CI=true it fails."""
    try:
        server = Postgres().__enter__()
    except PostgresMissing:
        if os.environ.get("CI", "").lower() == "true":  # noqa: TID251 - the tests' own reader
            pytest.fail(f"{MISSING} Under CI=true that is a failure.", pytrace=False)
        pytest.skip(MISSING)
    yield server
    server.remove()


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say last, and in red, that half of the store was not tested."""
    skipped = [r for r in terminalreporter.stats.get("skipped", ()) if MISSING in str(r.longrepr)]
    if skipped:
        terminalreporter.section(f"{MISSING} {len(skipped)} tests were skipped.", red=True, bold=True)
