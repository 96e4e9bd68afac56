"""Whether a result was helpful."""

from typing import Any

from slack_bolt.context.ack.async_ack import AsyncAck

from bot.blocks import help as words
from bot.blocks.names import HELPFUL, NOT_HELPFUL
from bot.errors import RaygenError, Stale
from bot.intake import Intake
from bot.listeners import payloads
from bot.listeners.refusals import notice_of
from bot.store.feedback import FeedbackStore
from bot.whisper import Whisper

THANKS = "Thank you. That is noted."
SORRY = "Thank you, that is noted. Reply in this thread with what was wrong, and I change the program."
GONE = "This run is no longer kept, so nothing was noted."


class FeedbackButtons:
    """The handler of a result's feedback buttons; `home_team` is the workspace that the app is installed in."""

    def __init__(self, intake: Intake, store: FeedbackStore, whisper: Whisper, home_team: str) -> None:
        self._intake = intake
        self._store = store
        self._whisper = whisper
        self._home_team = home_team

    async def given(self, ack: AsyncAck, body: dict[str, Any]) -> None:
        """Write it down, acknowledge it, and say so to whoever pressed."""
        person = payloads.clicker(body, self._home_team)
        verdict, _, run_id = payloads.value_of(body).partition(":")
        try:
            await self._intake.admit(person)
            if verdict not in {HELPFUL, NOT_HELPFUL}:
                raise Stale("bad_value", "This button is from another version of me.")
            own = await self._intake.is_own_run(run_id)
            kept = own and await self._store.give(run_id, person.user_id, helpful=verdict == HELPFUL)
            said = words.notice((THANKS if verdict == HELPFUL else SORRY) if kept else GONE)
        except RaygenError as error:
            said = notice_of(error, person.user_id)
        await ack()
        await self._whisper.say(body["channel"]["id"], person.user_id, said, payloads.thread_of(body))
