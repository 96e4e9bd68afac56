"""Slack's own Stop, which it shows in a thread while Raygen works there."""

from typing import Any

from bot.errors import RaygenError
from bot.listeners import payloads
from bot.listeners.refusals import notice_of
from bot.stopping import Stopping
from bot.whisper import Whisper


class Sessions:
    """The handler of agent sessions' events; `home_team` is the workspace that the app is installed in."""

    def __init__(self, stopping: Stopping, whisper: Whisper, home_team: str) -> None:
        self._stopping = stopping
        self._whisper = whisper
        self._home_team = home_team

    async def stopped(self, event: dict[str, Any]) -> None:
        """Stop what the thread is worked on for; a refusal is told to whoever pressed."""
        person, channel, thread_ts = payloads.writer(event, self._home_team), event["channel"], event["thread_ts"]
        try:
            runs = await self._stopping.note(person, channel, thread_ts)
        except RaygenError as error:
            await self._whisper.say(channel, person.user_id, notice_of(error, person.user_id), thread_ts)
            return
        for run in runs:
            await self._stopping.intake.stop_now(run)
