"""Mentions, direct messages and replies in threads where Raygen is engaged."""

import re
from typing import Any

from bot import incoming
from bot.attachments.shared import shared_in
from bot.blocks import help as words
from bot.errors import RaygenError
from bot.intake import Asked, Intake
from bot.listeners import payloads
from bot.whisper import Whisper

ORDINARY = frozenset({None, "file_share", "thread_broadcast"})
"""The subtypes that are a person's words; the others are edits, deletions and Slack's own notices."""
FILES_ALONE = "I have seen the files. Say in this thread what a program should do with them."
_TO_SOMEBODY_ELSE = re.compile(r"\s*<@([A-Z0-9]+)(?:\|[^>]*)?>")


class Messages:
    """The handlers of message events; `bot_user_id` is Raygen's own user."""

    def __init__(self, intake: Intake, whisper: Whisper, home_team: str, bot_user_id: str) -> None:
        self._intake = intake
        self._whisper = whisper
        self._home_team = home_team
        self._bot_user_id = bot_user_id

    async def mention(self, event: dict[str, Any]) -> None:
        """A mention opens a thread, or speaks in the one it stands in."""
        if self._is_a_persons(event):
            await self._ask(event, "mention")

    async def message(self, event: dict[str, Any]) -> None:
        """A direct message, or a reply in a thread where Raygen is engaged."""
        if not self._is_a_persons(event):
            return
        if event.get("channel_type") == "im":
            await self._ask(event, "message")
        elif await self._is_for_us(event):
            await self._ask(event, "reply")

    def _is_a_persons(self, event: dict[str, Any]) -> bool:
        return event.get("subtype") in ORDINARY and bool(event.get("user")) and not event.get("bot_id")

    async def _is_for_us(self, event: dict[str, Any]) -> bool:
        addressed = _TO_SOMEBODY_ELSE.match(event.get("text") or "")
        if addressed and addressed[1] != self._bot_user_id:
            return False
        thread = event.get("thread_ts")
        return bool(thread) and await self._intake.turns.is_engaged(self._home_team, event["channel"], str(thread))

    async def _ask(self, event: dict[str, Any], surface: str) -> None:
        thread_ts = str(event.get("thread_ts") or event["ts"])
        text = incoming.plain_text(event.get("text") or "", self._bot_user_id)
        files = shared_in(event)
        if text.lower() in {"", "help"}:
            answer = words.notice(FILES_ALONE) if files else words.usage()
            await self._whisper.say(event["channel"], event["user"], answer, event.get("thread_ts"))
            return
        asked = Asked(
            person=payloads.writer(event, self._home_team),
            channel=event["channel"],
            thread_ts=thread_ts,
            prompt=text,
            surface=surface,
            # A mention in a channel comes as two events with one ts.
            key=f"message:{event['channel']}:{event['ts']}",
            message_ts=str(event["ts"]),
            files=files,
        )
        try:
            await self._intake.ask(asked)
        except RaygenError as error:
            notice = words.notice(error.sentence)
            await self._whisper.say(event["channel"], event["user"], notice, event.get("thread_ts"))
