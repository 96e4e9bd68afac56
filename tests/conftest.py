import asyncio
from collections.abc import Iterator

import pytest

from sandbox.ray_head import RayHead


@pytest.fixture(scope="session")
def ray_head() -> Iterator[RayHead]:
    """One real Ray head for the whole session; a test that uses it carries `@pytest.mark.ray`."""
    head = RayHead(cpus=4)
    with asyncio.Runner() as runner:
        runner.run(head.start())
        try:
            yield head
        finally:
            runner.run(head.stop())
