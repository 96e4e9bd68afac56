"""A workspace takes back the token that is a setting: the bot can do nothing about it, and says so."""

import asyncio
import logging

import pytest

from tests.bot.workspaces.conftest import until

EVENTS = ("app_uninstalled", "tokens_revoked")


@pytest.mark.usefixtures("bot")
async def test_both_events_are_acknowledged_and_told_in_the_log(slack, caplog):
    with caplog.at_level(logging.ERROR, "bot.listeners.departures"):
        await slack.uninstall(*EVENTS)
        await until(lambda: asyncio.sleep(0, all(event in caplog.text for event in EVENTS)))

    assert "SLACK_BOT_TOKEN" in caplog.text
    assert slack.problems == []
