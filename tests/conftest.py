import asyncio
import sys
from collections.abc import Iterator

import pytest
from hypothesis import settings

from sandbox.ray_head import RayHead
from tests.examples import NIGHTLY
from tests.postgres import postgres, pytest_terminal_summary

__all__ = ["postgres", "pytest_terminal_summary", "ray_head"]

# No deadline: how long an example takes is the machine's business.
settings.register_profile("daily", deadline=None)
settings.register_profile(NIGHTLY, max_examples=5_000, deadline=None)
settings.load_profile("daily")


def pytest_addoption(parser: pytest.Parser) -> None:
    """`--ray-python PATH`: the interpreter whose release of Ray the head is, by default this one."""
    parser.addoption("--ray-python", default=sys.executable)


@pytest.fixture(scope="session")
def ray_python(request: pytest.FixtureRequest) -> str:
    """The interpreter whose release of Ray is tested."""
    return str(request.config.getoption("--ray-python"))


@pytest.fixture(scope="session")
def ray_head(ray_python: str) -> Iterator[RayHead]:
    """One real Ray head for the whole session; a test that uses it carries `@pytest.mark.ray`."""
    head = RayHead(cpus=4, python=ray_python)
    with asyncio.Runner() as runner:
        runner.run(head.start())
        try:
            yield head
        finally:
            runner.run(head.stop())
