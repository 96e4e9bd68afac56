"""`/raygen`: a request for code that opens a thread."""

from typing import Any

from slack_bolt.context.ack.async_ack import AsyncAck

from bot import incoming
from bot.blocks import help as words
from bot.blocks.text import Message
from bot.errors import RaygenError
from bot.intake import Asked, Intake
from bot.listeners import payloads


class Commands:
    """The handler of `/raygen`; `home_team` is the workspace that the app is installed in."""

    def __init__(self, intake: Intake, home_team: str) -> None:
        self._intake = intake
        self._home_team = home_team

    async def raygen(self, ack: AsyncAck, command: dict[str, Any]) -> None:
        """Write the request down, then acknowledge it; a refusal is shown to its sender alone."""
        text = incoming.plain_text(command.get("text") or "")
        if text.lower() in {"", "help"}:
            await _answer(ack, words.usage())
            return
        try:
            await self._intake.ask(self._asked(command, text))
        except RaygenError as error:
            await _answer(ack, words.notice(error.sentence))
        else:
            await ack()

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
