"""`/raygen`: a request for code that opens a thread."""

from typing import Any

from slack_bolt.context.ack.async_ack import AsyncAck

from bot import incoming
from bot.blocks import help as words
from bot.blocks import home as lists
from bot.blocks.text import Message
from bot.errors import RaygenError
from bot.home import HomePage
from bot.intake import Asked, Intake
from bot.listeners import payloads
from bot.listeners.refusals import notice_of


class Commands:
    """The handler of `/raygen`; `home_team` is the workspace that the app is installed in."""

    def __init__(self, intake: Intake, page: HomePage, home_team: str) -> None:
        self._intake = intake
        self._page = page
        self._home_team = home_team

    async def raygen(self, ack: AsyncAck, command: dict[str, Any]) -> None:
        """Write the request down, then acknowledge it; what is not one is answered to its sender alone."""
        text = incoming.plain_text(command.get("text") or "")
        try:
            answer = await self._answered(command, text)
            if answer is None:
                await self._intake.ask(self._asked(command, text))
        except RaygenError as error:
            answer = notice_of(error, command["user_id"])
        await (ack() if answer is None else _answer(ack, answer))

    async def _answered(self, command: dict[str, Any], text: str) -> Message | None:
        """The answer to a question about Raygen itself; None for a request for code."""
        if text.lower() in {"", "help"}:
            return words.usage()
        if text.lower() == "runs":
            runs = await self._page.runs(self._home_team, command["user_id"])
            return lists.recent_runs(runs, self._page.workspace_url)
        if text.lower() == "cluster":
            settings, channel = self._page.settings, command["channel_id"]
            return lists.where_code_runs(settings.cluster_for(channel), settings.choices_in(channel))
        if text.lower() == "status":
            return await self._page.under_way(self._home_team, command["user_id"], command["channel_id"])
        if text.lower() == "settings":
            return self._page.of_channel(command["channel_id"])
        return None

    def _asked(self, command: dict[str, Any], text: str) -> Asked:
        return Asked(
            person=payloads.commander(command, self._home_team),
            channel=command["channel_id"],
            thread_ts=None,
            prompt=text,
            surface="command",
            key=f"command:{command['trigger_id']}",
            response_url=command.get("response_url"),
        )


async def _answer(ack: AsyncAck, message: Message) -> None:
    await ack(text=message.text, blocks=list(message.blocks), response_type="ephemeral")
