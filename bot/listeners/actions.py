"""Buttons. A value carries ids only; what may be done is decided again at the click."""

from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

from slack_bolt.context.ack.async_ack import AsyncAck

from bot.again import Again, Press
from bot.errors import RaygenError, Stale
from bot.intake import Intake
from bot.listeners import payloads
from bot.listeners.refusals import notice_of
from bot.store.models import Run
from bot.whisper import Whisper

Done = TypeVar("Done")


class Actions:
    """The handlers of buttons; `home_team` is the workspace that the app is installed in."""

    def __init__(self, intake: Intake, again: Again, whisper: Whisper, home_team: str) -> None:
        self._intake = intake
        self._again = again
        self._whisper = whisper
        self._home_team = home_team

    async def run(self, ack: AsyncAck, body: dict[str, Any]) -> None:
        """Run, and Rerun: exactly the code of this version."""

        async def start() -> None:
            version_id, number = _version_and_number(payloads.pressed(body)[0])
            person = payloads.clicker(body, self._home_team)
            await self._intake.run(person, version_id, payloads.message_ts(body), number)

        await self._do(ack, body, start)

    async def stop(self, ack: AsyncAck, body: dict[str, Any]) -> None:
        """Stop: noted before the click is acknowledged, then done at once."""

        async def note() -> Run:
            return await self._intake.stop(payloads.clicker(body, self._home_team), payloads.pressed(body)[0])

        run = await self._do(ack, body, note)
        if run is not None:
            await self._intake.stop_now(run)

    async def stop_turn(self, ack: AsyncAck, body: dict[str, Any]) -> None:
        """Stop while code is being written: whoever works on it sees the note within a second."""

        async def note() -> None:
            await self._intake.stop_turn(payloads.clicker(body, self._home_team), payloads.pressed(body)[0])

        await self._do(ack, body, note)

    async def regenerate(self, ack: AsyncAck, body: dict[str, Any]) -> None:
        """Regenerate: another program for the same request."""
        await self._ask(ack, body, self._again.regenerate)

    async def try_again(self, ack: AsyncAck, body: dict[str, Any]) -> None:
        """Try again: the same request once more."""
        await self._ask(ack, body, self._again.same)

    async def fix(self, ack: AsyncAck, body: dict[str, Any]) -> None:
        """Fix it: a new version from the traceback of a failed run."""
        await self._ask(ack, body, self._again.fix)

    async def fix_code(self, ack: AsyncAck, body: dict[str, Any]) -> None:
        """Fix it: a new version of a program that a person gave and that failed in its validation."""
        await self._ask(ack, body, self._again.fix_code)

    async def explain(self, ack: AsyncAck, body: dict[str, Any]) -> None:
        """Explain: what the program does, in words, in the thread."""
        await self._ask(ack, body, self._again.explain)

    async def full_log(self, ack: AsyncAck, body: dict[str, Any]) -> None:
        """Full log: all that the cluster has of a run, as a snippet in the thread."""

        async def ask() -> None:
            await self._intake.full_log(payloads.clicker(body, self._home_team), payloads.pressed(body)[0])

        await self._do(ack, body, ask)

    async def _ask(self, ack: AsyncAck, body: dict[str, Any], ask: Callable[..., Awaitable[None]]) -> None:
        async def again() -> None:
            value, key = payloads.pressed(body)
            # The click brings a response_url of its own: the command's may be used up by now.
            await ask(Press(payloads.clicker(body, self._home_team), key, body.get("response_url")), value)

        await self._do(ack, body, again)

    async def _do(self, ack: AsyncAck, body: dict[str, Any], act: Callable[[], Awaitable[Done]]) -> Done | None:
        try:
            done = await act()
        except RaygenError as error:
            await ack()
            await self._refuse(body, error)
            return None
        await ack()
        return done

    async def _refuse(self, body: dict[str, Any], error: RaygenError) -> None:
        channel, user = body["channel"]["id"], body["user"]["id"]
        await self._whisper.say(channel, user, notice_of(error, user), payloads.thread_of(body))


def _version_and_number(value: str) -> tuple[str, int]:
    version_id, _, number = value.rpartition(":")
    if not version_id or not number.isascii() or not number.isdigit():
        raise Stale("bad_value", "This button is from another version of me. Ask again in the thread.")
    return version_id, int(number)
