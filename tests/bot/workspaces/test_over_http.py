"""The whole process for many workspaces, with Slack delivering over HTTP."""

import asyncio
import socket
from contextlib import asynccontextmanager
from urllib.parse import urlsplit

import httpx
import pytest

from bot.__main__ import _serve
from bot.app.plan import Plan
from bot.redaction.learning import LearningRedaction
from bot.settings import SlackSettings
from bot.store.database import Database
from sandbox.slack.delivery import NotAcked
from tests.bot.workspaces.conftest import HERE, THERE, Installer, oauth_settings, until
from tests.fakes.supervisor import ScriptedSupervisor, validated


@pytest.fixture
def databases(sqlite_databases):
    return sqlite_databases


class There(ScriptedSupervisor):
    """One whose AgentCore answers."""

    async def look_for(self):
        """Return, as it is there."""


@pytest.fixture
def supervisor():
    return There()


def free_port():
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


@asynccontextmanager
async def process(access, settings, supervisor, url, port):
    """A process that began with an empty database, for the time of the block; its address."""
    plan = Plan(settings.model_copy(update={"api_port": port}), access, LearningRedaction())
    database, stop = Database(url), asyncio.Event()
    serving = asyncio.create_task(_serve(plan, database, supervisor, stop))
    address = f"http://127.0.0.1:{port}"
    try:
        await until(lambda: is_ready(address))
        yield address
    finally:
        stop.set()
        await serving
        await database.close()


@pytest.fixture
async def address(slack, settings, supervisor, empty_url):
    """Where a process for many workspaces listens."""
    port = free_port()
    redirect_url = f"http://127.0.0.1:{port}/slack/oauth_redirect"
    access = oauth_settings(slack, app_token=None, signing_secret=slack.signing_secret, redirect_url=redirect_url)
    async with process(access, settings, supervisor, empty_url, port) as address:
        yield address


async def is_ready(address):
    try:
        async with httpx.AsyncClient() as client:
            return (await client.get(f"{address}/readyz")).status_code == 200
    except httpx.TransportError:
        return False


async def test_both_workspaces_install_and_are_answered(address, slack, supervisor, in_data):
    await slack.set_request_url(f"{address}/slack/events")
    async with httpx.AsyncClient(base_url=address) as browser:
        installer = Installer(browser, slack)
        for domain in (HERE, THERE):
            begun = await installer.begin()
            cookie = {"cookie": begun.headers["set-cookie"].partition(";")[0]}
            back = urlsplit(await installer.consent(begun, domain))
            assert (await browser.get(f"{back.path}?{back.query}", headers=cookie)).status_code == 200
    for domain in (HERE, THERE):
        supervisor.answers = [validated(title=f"For {domain}")]
        await slack.at(domain).command("analyst", "data", "/raygen", "say hello")
        await in_data(domain, f"For {domain}")

    assert slack.problems == []
    assert [call for call in slack.calls if call.error] == []


async def test_what_is_not_signed_is_refused_before_anybody_looks_whom_it_is_for(address, slack):
    slack.deliver_to(f"{address}/slack/events")
    slack.platform.delivery.transport.signing_secret = "another"

    outcome = await slack.at(HERE).command("analyst", "data", "/raygen", "say hello")

    assert outcome.status == "dispatch_failed"
    with pytest.raises(NotAcked):
        await slack.platform.delivery.transport.confirm("a word")


async def test_with_a_bot_token_the_process_serves_its_workspace_and_nobody_can_install(
    slack, settings, supervisor, empty_url, in_data
):
    access = SlackSettings(bot_token=slack.bot_token, signing_secret=slack.signing_secret, api_url=slack.api_url)
    supervisor.answers = [validated()]

    async with process(access, settings, supervisor, empty_url, free_port()) as address:
        await slack.set_request_url(f"{address}/slack/events")
        await slack.command("analyst", "data", "/raygen", "say hello")
        await in_data(HERE, "code_card")
        async with httpx.AsyncClient(base_url=address) as browser:
            pages = [await browser.get(path) for path in ("/slack/install", "/slack/oauth_redirect")]

    assert [page.status_code for page in pages] == [404, 404]
