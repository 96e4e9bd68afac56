"""One browser for all of the page's tests; each gets a stand-in and a window of its own."""

from pathlib import Path

import pytest
import pytest_asyncio

from sandbox.slack import SlackServer
from tests.sandbox.slack.conftest import manifest
from tests.sandbox.web.browser import chromium, window
from tests.sandbox.web.conftest import visiting


def pytest_collection_modifyitems(items):
    here = Path(__file__).parent
    for item in items:
        if here in item.path.parents:
            item.add_marker(pytest.mark.system)
            item.add_marker(pytest.mark.asyncio(loop_scope="session"), append=False)


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def browser():
    async with chromium() as browser:
        yield browser


@pytest_asyncio.fixture(loop_scope="session")
async def visitor():
    async with visiting(SlackServer(manifest())) as visitor:
        yield visitor


@pytest_asyncio.fixture(loop_scope="session")
async def page(browser, visitor):
    async with window(browser, visitor.url) as page:
        yield page
