"""A replica for many workspaces, installed over the wire, with two of them on one Slack."""

import asyncio
from contextlib import asynccontextmanager
from dataclasses import dataclass

import httpx
import pytest
from cryptography.fernet import Fernet

from bot.api.server import build_api
from bot.app import Bot
from bot.app.many import build_hosting_bot, install_pages, installation_store
from bot.app.settings import OAuthSettings
from bot.listeners.acks import LISTENER
from bot.listeners.socket_mode import SocketMode
from bot.metrics import Metrics
from bot.redaction.learning import LearningRedaction
from bot.store.database import Database
from bot.store.installations import InstallationStore
from sandbox.slack import SlackServer
from tests.bot.slack.conftest import SECONDS, settings, supervisor

__all__ = ["SECONDS", "settings", "supervisor"]

HERE, THERE = "sandbox", "elsewhere"
"""The two workspaces, by their domains."""
PUBLIC = "https://raygen.example.com"


@pytest.fixture
async def slack(manifest):
    async with SlackServer(manifest, more=[THERE]) as server:
        yield server


@pytest.fixture
def oauth(slack):
    return oauth_settings(slack)


def oauth_settings(slack, **changes):
    values = {
        "client_id": slack.client_id,
        "client_secret": slack.client_secret,
        "redirect_url": f"{PUBLIC}/slack/oauth_redirect",
        "app_token": slack.app_token,
        "api_url": slack.api_url,
        "token_keys": Fernet.generate_key().decode(),
        "allowed_workspaces": "*",
    }
    return OAuthSettings(**(values | changes))


@dataclass
class Installer:
    """Somebody with a browser."""

    browser: httpx.AsyncClient
    slack: SlackServer

    async def begin(self) -> httpx.Response:
        """Go to the page that leads to Slack."""
        return await self.browser.get("/slack/install")

    async def consent(self, begun: httpx.Response, domain: str) -> str:
        """Allow the app in a workspace: the address to go back to."""
        team = self.slack.at(domain).platform.workspace.team_id
        async with httpx.AsyncClient() as elsewhere:
            answer = await elsewhere.get(f"{begun.headers['location']}&team={team}")
        return str(answer.headers["location"])

    async def install(self, domain: str) -> httpx.Response:
        """The whole way; the last page."""
        return await self.browser.get(await self.consent(await self.begin(), domain))


@asynccontextmanager
async def pages(slack, oauth, settings, database):
    """The browser of somebody who sees this replica's pages."""
    routes = install_pages(oauth, database).routes

    async def ready():
        return {}

    async def metrics():
        return b""

    api = build_api(lambda: None, settings, ready, metrics, pages=routes)
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app=api), base_url=PUBLIC) as browser:
        yield Installer(browser, slack)


@pytest.fixture
async def installer(slack, oauth, settings, database):
    async with pages(slack, oauth, settings, database) as installer:
        yield installer


@dataclass
class Replica:
    """A replica that serves, and what it keeps."""

    bot: Bot
    database: Database
    store: InstallationStore
    redact: LearningRedaction


@asynccontextmanager
async def serving(slack, oauth, settings, database, supervisor):
    """A replica for the time of the block, reached over Socket Mode."""
    redact = LearningRedaction()
    bot = build_hosting_bot(settings, oauth, database, supervisor, redact, Metrics())
    way_in = SocketMode(slack.app_token)
    before = slack.connections
    await way_in.open(bot.app)
    await slack.wait_for_connection(count=before + 1)
    workers = [asyncio.create_task(worker.run()) for worker in bot.workers]
    try:
        yield Replica(bot, database, installation_store(oauth, database), redact)
    finally:
        await way_in.leave()
        for worker in bot.workers:
            worker.stop()
        await asyncio.gather(*workers)
        at_work = [task for task in asyncio.all_tasks() if task.get_name() == LISTENER]
        if at_work:
            await asyncio.wait(at_work, timeout=SECONDS)


@pytest.fixture
async def replica(slack, oauth, settings, database, supervisor):
    async with serving(slack, oauth, settings, database, supervisor) as replica:
        yield replica


@pytest.fixture
async def both(replica, installer):
    """The same, installed in both workspaces."""
    for domain in (HERE, THERE):
        assert (await installer.install(domain)).status_code == 200
    return replica


@pytest.fixture
def in_data(slack):
    """Wait for a message of the bot in #data of a workspace that holds a text."""

    async def in_data(domain, text):
        desk = slack.at(domain)

        def look():
            found = [m for m in desk.channel("data").messages if m.user == desk.bot.id]
            return next((m for m in found if text in f"{m.text} {m.blocks}"), None)

        return await slack.wait_until(look, SECONDS)

    return in_data


async def until(read, wanted=bool):
    """The first answer of the coroutine function `read` that is `wanted`, asked again and again for a while."""
    async with asyncio.timeout(SECONDS):
        while True:
            found = await read()
            if wanted(found):
                return found
            await asyncio.sleep(0.01)
