"""Message shortcuts: what a message says becomes a request in the message's thread.

They are offered in every conversation, also where Raygen is no member, so whatever goes wrong is told by the payload's
own address (https://docs.slack.dev/interactivity/implementing-shortcuts).
"""

import logging
from typing import Any

import aiohttp
from slack_bolt.context.ack.async_ack import AsyncAck
from slack_bolt.context.respond.async_respond import AsyncRespond
from slack_sdk.errors import SlackClientError

from bot import incoming
from bot.blocks.text import Message
from bot.errors import BadRequest, RaygenError
from bot.intake import Asked, Intake
from bot.listeners import payloads
from bot.listeners.refusals import notice_of
from bot.quoted import words_of

logger = logging.getLogger(__name__)

EXPLAIN = "Explain this Ray error, and what to do about it. Answer in words."
MAKE = "Make this a Ray job."
NO_WORDS = "That message has no text that I could work with. Copy what matters into a message, and choose it there."


class Shortcuts:
    """The handlers of message shortcuts; `home_team` is the workspace that the app is installed in."""

    def __init__(self, intake: Intake, home_team: str, bot_user_id: str) -> None:
        self._intake = intake
        self._home_team = home_team
        self._bot_user_id = bot_user_id

    async def explain_error(self, ack: AsyncAck, shortcut: dict[str, Any], respond: AsyncRespond) -> None:
        """Explain this Ray error: an answer in words."""
        await self._ask(ack, shortcut, respond, EXPLAIN)

    async def make_job(self, ack: AsyncAck, shortcut: dict[str, Any], respond: AsyncRespond) -> None:
        """Make this a Ray job: a program, validated as every other one."""
        await self._ask(ack, shortcut, respond, MAKE)

    async def _ask(self, ack: AsyncAck, shortcut: dict[str, Any], respond: AsyncRespond, wish: str) -> None:
        notice = None
        try:
            await self._intake.ask(self._asked(shortcut, wish))
        except RaygenError as error:
            notice = notice_of(error, shortcut["user"]["id"])
        await ack()
        if notice:
            await _told(respond, notice)

    def _asked(self, shortcut: dict[str, Any], wish: str) -> Asked:
        message = shortcut["message"]
        said = incoming.plain_text(words_of(message), self._bot_user_id)
        if not said:
            raise BadRequest("no_words", NO_WORDS)
        return Asked(
            person=payloads.clicker(shortcut, self._home_team),
            channel=shortcut["channel"]["id"],
            thread_ts=str(message.get("thread_ts") or message["ts"]),
            prompt=f"{wish}\n\n{said}",
            surface="shortcut",
            key=f"shortcut:{shortcut['trigger_id']}",
            response_url=shortcut.get("response_url"),
            base="",
        )


async def _told(respond: AsyncRespond, notice: Message) -> None:
    """Show the notice to whoever chose the shortcut; when Slack will not, the log has it."""
    try:
        await respond(text=notice.text, blocks=list(notice.blocks), response_type="ephemeral", replace_original=False)
    # without an address Slack's library raises a ValueError
    except (SlackClientError, aiohttp.ClientError, TimeoutError, ValueError) as error:
        logger.warning("error=<%s> | a refusal could not be told", type(error).__name__)
