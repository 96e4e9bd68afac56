import asyncio
import gc
import subprocess
import sys
from collections.abc import Iterator
from functools import cache

import pytest
from botocore.loaders import JSONFileLoader
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


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """For `--dist loadgroup`: a file's tests share what they start, and those of the whole system share one sandbox."""
    for item in items:
        shared = "sandbox" if "sandbox" in getattr(item, "fixturenames", ()) else item.path.stem
        item.add_marker(pytest.mark.xdist_group(shared))


def pytest_collection_finish() -> None:
    """Have the garbage collector leave the imported modules alone and come less often: it took a quarter of the time.

    Nothing goes unseen for that: pytest collects everything once more at the end.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 10, 10)


@pytest.fixture(scope="session", autouse=True)
def _descriptions_of_aws_are_read_once() -> Iterator[None]:
    """Every boto3 session reads megabytes of JSON; it only looks at them, so that all of ours can share them."""
    load = cache(JSONFileLoader().load_file)
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(JSONFileLoader, "load_file", lambda _loader, path: load(path))
        yield


@pytest.fixture(scope="session")
def ray_python(request: pytest.FixtureRequest) -> str:
    """The interpreter whose release of Ray is tested."""
    return str(request.config.getoption("--ray-python"))


@pytest.fixture(scope="session")
def ray_release(ray_python: str) -> tuple[int, ...]:
    """The release that is tested, as in `(2, 60, 0)`."""
    told = "from importlib.metadata import version; print(version('ray'))"
    found = subprocess.run([ray_python, "-c", told], check=True, capture_output=True, text=True).stdout
    return tuple(int(part) for part in found.strip().split(".")[:3] if part.isdecimal())


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
