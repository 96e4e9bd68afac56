"""The bot's own process parts, over a real websocket and a real store, with a scripted supervisor behind."""

import asyncio
from contextlib import asynccontextmanager

import pytest
from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler

from bot.app import Workspace, build_bot, slack_client
from bot.listeners.acks import LISTENER
from bot.settings import Settings, SlackSettings
from sandbox.slack import SlackServer
from tests.fakes.supervisor import ScriptedSupervisor, validated

SECONDS = 20


@pytest.fixture
def databases(sqlite_databases):
    """What listeners do is the same on every database; the store, turns and runs are tested on both."""
    return sqlite_databases


@pytest.fixture
async def slack(manifest):
    async with SlackServer(manifest) as server:
        yield server


@pytest.fixture
def supervisor():
    return ScriptedSupervisor()


@pytest.fixture
def settings():
    return Settings(cluster="10.0.0.1", follow_wait_seconds=0, unreachable_limit_seconds=0)


@asynccontextmanager
async def connected(slack, settings, database, supervisor):
    """A replica of the bot for the time of the block."""
    access = SlackSettings(bot_token=slack.bot_token, app_token=slack.app_token, api_url=slack.api_url)
    me = await slack_client(access).auth_test()
    bot = build_bot(settings, access, Workspace(me["team_id"], me["user_id"]), database, supervisor)
    handler = AsyncSocketModeHandler(bot.app, slack.app_token)
    before = slack.connections
    await handler.connect_async()
    await slack.wait_for_connection(count=before + 1)
    workers = [asyncio.create_task(worker.run()) for worker in bot.workers]
    try:
        yield bot
    finally:
        await handler.close_async()
        for worker in bot.workers:
            worker.stop()
        await asyncio.gather(*workers)
        await _until_listeners_are_done()


async def _until_listeners_are_done():
    """What listeners do after their acknowledgement goes on after the connection is closed."""
    at_work = [task for task in asyncio.all_tasks() if task.get_name() == LISTENER]
    if at_work:
        await asyncio.wait(at_work, timeout=SECONDS)


@pytest.fixture
async def bot(slack, settings, database, supervisor):
    async with connected(slack, settings, database, supervisor) as bot:
        yield bot


@pytest.fixture
def in_data(slack):
    """Wait for a message of the bot in #data that holds a text."""

    async def in_data(text, channel="data", number=1):
        def look():
            found = [
                m
                for m in slack.channel(channel).messages
                if m.user == slack.bot.id and text in f"{m.text} {m.blocks} {[f.name for f in m.files]}"
            ]
            return found[number - 1] if len(found) >= number else None

        return await slack.wait_until(look, SECONDS)

    return in_data


@pytest.fixture
async def card(bot, slack, supervisor, in_data):
    """The card of a program that has run, in a thread of its own."""
    supervisor.answers = [validated()]
    await slack.command("analyst", "data", "/raygen", "say hello")
    return await in_data("code_card")


async def press(slack, message, action_id, user="analyst"):
    """Press a button of a message in #data."""
    return await slack.click(user, "data", message.ts, action_id)


@pytest.fixture
def whispered(slack):
    async def whispered(text, user="analyst"):
        def look():
            return next((m for m in slack.ephemerals(user) if text in str(m.blocks)), None)

        return await slack.wait_until(look, SECONDS)

    return whispered
