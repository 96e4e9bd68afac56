from pathlib import Path

import pytest
import yaml
from slack_sdk.web.async_client import AsyncWebClient

from sandbox.slack import SlackServer
from tests.fakes.attachment_store import MemoryObjectStore

MANIFEST = Path(__file__).parents[3] / "manifest.yml"


@pytest.fixture
def manifest():
    return yaml.safe_load(MANIFEST.read_text(encoding="utf-8"))


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
