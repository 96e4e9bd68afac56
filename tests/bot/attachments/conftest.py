import copy

import pytest
from slack_sdk.web.async_client import AsyncWebClient

from sandbox.slack import SlackServer
from tests.fakes.attachment_store import MemoryObjectStore


@pytest.fixture
def manifest(manifest):
    return copy.deepcopy(manifest)


@pytest.fixture
async def slack(manifest):
    async with SlackServer(manifest) as server:
        yield server


@pytest.fixture
def client(slack):
    return AsyncWebClient(token=slack.bot_token, base_url=slack.api_url)


@pytest.fixture
def object_store():
    return MemoryObjectStore()
