"""Mentions, direct messages and replies in threads where Raygen is engaged."""

import re
from dataclasses import replace
from typing import Any

from bot import incoming
from bot.attachments.shared import shared_in
from bot.blocks import help as words
from bot.blocks.text import Message
from bot.blocks.viewed import is_about_a_program, is_standard
from bot.errors import RaygenError
from bot.intake import Asked, Intake
from bot.listeners import payloads
from bot.listeners.refusals import notice_of
from bot.looking import Looking
from bot.thread_verbs import Place, ThreadVerbs
from bot.verbs import Said, handed_over, verb_of
from bot.whisper import Whisper

ORDINARY = frozenset({None, "file_share", "thread_broadcast"})
"""The subtypes that are a person's words; the others are edits, deletions and Slack's own notices."""
FILES_ALONE = "I have seen the files. Say in this thread what a program should do with them."
WHICH_VERB = "If that was meant for me, mention me: write «@raygen {}», or use the buttons."
NO_PROGRAM = "I see no program to go by. Open the thread of one beside this conversation, and ask again."
_TO_SOMEBODY_ELSE = re.compile(r"\s*<@([A-Z0-9]+)(?:\|[^>]*)?>")


class Messages:
    """The handlers of message events; `bot_user_id` is Raygen's own user."""

    def __init__(
        self,
        intake: Intake,
        whisper: Whisper,
        verbs: ThreadVerbs,
        looking: Looking,
        home_team: str,
        bot_user_id: str,
    ) -> None:
        self._intake = intake
        self._looking = looking
        self._verbs = verbs
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
        return bool(thread) and await self._is_answered(event, str(thread))

    async def _is_answered(self, event: dict[str, Any], thread_ts: str) -> bool:
        """Whether Raygen is engaged in the thread, and answers this person there."""
        place = (self._home_team, event["channel"], thread_ts)
        replies = self._intake.settings.replies_in(event["channel"])
        if replies == "always":
            return await self._intake.turns.is_engaged(*place)
        if replies == "owner" and await self._intake.turns.owner(*place) == event["user"]:
            return True
        return self._mentions_us(event) and await self._intake.turns.is_engaged(*place)

    def _mentions_us(self, event: dict[str, Any]) -> bool:
        return re.search(rf"<@{self._bot_user_id}[|>]", event.get("text") or "") is not None

    async def _ask(self, event: dict[str, Any], surface: str) -> None:
        try:
            answer = await self._answered(event, surface)
        except RaygenError as error:
            if surface == "reply" and self._mentions_us(event):
                return  # told once: a mention in a thread comes as an event of its own as well
            answer = notice_of(error, event["user"])
        if answer is not None:
            await self._whisper.say(event["channel"], event["user"], answer, event.get("thread_ts"))

    async def _answered(self, event: dict[str, Any], surface: str) -> Message | None:
        """Words for the writer alone; None for a request, which is answered in the thread."""
        text = incoming.plain_text(event.get("text") or "", self._bot_user_id)
        files = shared_in(event)
        # in a thread alone: elsewhere nothing says of which program it is the next version
        if event.get("thread_ts") and (program := handed_over(text, files)) is not None:
            given = replace(self._asked(event, surface, f"Gave a program as a file: {program.name}"), files=())
            await self._intake.ask(replace(given, given_file=vars(program)))
            return None
        if not text:
            return words.notice(FILES_ALONE) if files else words.usage()
        if (said := verb_of(text)) is not None and not files:
            return await self._done(event, surface, said)
        base = await self._taken_along(event, text)
        if base is None and _opens_thread(event) and is_about_a_program(text):
            return words.notice(NO_PROGRAM)
        await self._intake.ask(replace(self._asked(event, surface, text), base=base))
        return None

    async def _taken_along(self, event: dict[str, Any], text: str) -> str | None:
        """The program that the writer of a new direct message looks at: «make it use 8 workers» is about that one."""
        if not _opens_thread(event) or is_standard(text):
            return None
        place = payloads.looked_at(event.get("app_context"), self._home_team)
        viewed = await self._looking.program(payloads.writer(event, self._home_team), place)
        return viewed.version_id if viewed else None

    async def _done(self, event: dict[str, Any], surface: str, said: Said) -> Message | None:
        """A verb; said to nobody in particular it is taken for nothing, since it may be meant for somebody else."""
        if surface == "reply" and not self._mentions_us(event):
            return words.in_thread() if said.verb == "help" else words.notice(WHICH_VERB.format(said.verb))
        place = Place(event["channel"], str(event.get("thread_ts") or event["ts"]), str(event["ts"]))
        if said.verb == "help" and not event.get("thread_ts"):
            return words.usage()
        return await self._verbs.do(said, payloads.writer(event, self._home_team), place, surface)

    def _asked(self, event: dict[str, Any], surface: str, prompt: str) -> Asked:
        return Asked(
            person=payloads.writer(event, self._home_team),
            channel=event["channel"],
            thread_ts=str(event.get("thread_ts") or event["ts"]),
            prompt=prompt,
            surface=surface,
            # A mention in a channel comes as two events with one ts.
            key=f"message:{event['channel']}:{event['ts']}",
            message_ts=str(event["ts"]),
            files=shared_in(event),
        )


def _opens_thread(event: dict[str, Any]) -> bool:
    """Whether it is a direct message that stands in no thread."""
    return event.get("channel_type") == "im" and not event.get("thread_ts")
