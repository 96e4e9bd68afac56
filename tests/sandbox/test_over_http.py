"""`raygen sandbox --http`: Slack's stand-in delivers to the real bot's request URL."""

import pytest

from cli.__main__ import parser
from sandbox.system import Sandbox

SECONDS = 60


class FrontRoom(Sandbox):
    """A sandbox of Slack and the bot alone: a guest is refused before anybody else is asked."""

    async def start(self):
        """Start Slack and the bot."""
        self._directory.open()
        await self._listen()
        await self.start_bot()


@pytest.mark.system
async def test_commands_events_and_clicks_reach_the_real_bot_over_http(tmp_path):
    assert parser().parse_args(["sandbox", "--http"]).http
    async with FrontRoom(model="cookbook", say=lambda _: None, data=tmp_path, http=True) as sandbox:
        slack = sandbox.slack

        command = await slack.command("guest", "data", "/raygen", "Create a Ray task that returns Hello")
        refusal = await slack.wait_until(lambda: words(slack.ephemerals("guest")), SECONDS)
        await slack.open_home("analyst", "home")
        await slack.wait_until(lambda: slack.home("analyst"), SECONDS)

        deliveries = sandbox.room._tap.delivered
        await slack.wait_until(lambda: all(one.state != "waiting" for one in deliveries), SECONDS)
        processes = [child.process for child in sandbox.children.values()]
        assert command.acked
        assert "Guests cannot ask for code here." in refusal
        assert slack.connections == 0
        assert {one.envelope.kind: one.state for one in deliveries} == {
            "slash_commands": "acked",
            "events_api": "acked",
        }
    assert [process.returncode is None for process in processes] == [False]


def words(messages):
    return " ".join(str(message.blocks) + message.text for message in messages)
