"""A message that changes often: updates are coalesced, the latest wins, and a missing one hurts nobody."""

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator

from bot.blocks.text import Message
from bot.errors import RaygenError, SlackRefused
from bot.poster import Place, Poster

logger = logging.getLogger(__name__)

INTERVAL_SECONDS = 1.3
"""Slack takes about 50 `chat.update` a minute from an app in a workspace (docs.slack.dev, rate limits: tier 3).

Live updates keep to that together; the last message of a turn or a run does not wait for them.
"""

SHORT_CHARACTERS = 500


class Pace:
    """Lets one live update pass every INTERVAL_SECONDS, whatever card it is for."""

    def __init__(self) -> None:
        self._turn = asyncio.Lock()
        self._next = 0.0

    async def wait(self) -> None:
        """Return when it is this update's turn."""
        async with self._turn:
            now = asyncio.get_running_loop().time()
            await asyncio.sleep(max(0.0, self._next - now))
            self._next = max(now, self._next) + INTERVAL_SECONDS


class LiveMessage:
    """Shows the newest of what it is given in the message at `ts`."""

    def __init__(self, poster: Poster, pace: Pace, place: Place, ts: str) -> None:
        self._poster = poster
        self._pace = pace
        self._place = place
        self._ts = ts
        self._shown: Message | None = None
        self._wanted: Message | None = None
        self._changed = asyncio.Event()
        self._sending = asyncio.Lock()

    def show(self, message: Message) -> None:
        """Have the message say `message` soon, unless something newer comes first."""
        self._wanted = message
        self._changed.set()

    async def run(self) -> None:
        """Send what is wanted until cancelled. A live update that Slack refuses is only logged."""
        while True:
            await self._changed.wait()
            await self._pace.wait()
            self._changed.clear()
            async with self._sending:
                await self._send()

    async def finish(self, sender: "asyncio.Task[None]") -> None:
        """Let the update that is under way arrive, and send no other: a later message must not be overtaken."""
        try:
            await self._sending.acquire()
        finally:
            sender.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await sender

    async def _send(self) -> None:
        message = self._wanted
        if message is None or message == self._shown:
            return
        try:
            await self._poster.update(self._place, self._ts, message)
        except RaygenError as error:
            logger.warning("ts=<%s>, code=<%s> | live update left out", self._ts, error.code)
        else:
            self._shown = message


@contextlib.asynccontextmanager
async def live(poster: Poster, pace: Pace, place: Place, ts: str) -> AsyncIterator[LiveMessage]:
    """A LiveMessage for the block; no update of it is under way afterwards, so that the final one is the last."""
    message = LiveMessage(poster, pace, place, ts)
    sender = asyncio.create_task(message.run())
    try:
        yield message
    finally:
        await message.finish(sender)


async def say_the_end(poster: Poster, place: Place, ts: str | None, message: Message, row_id: str) -> str:
    """Make the row's message say its end, in a new one if somebody has deleted the old; the ts of the one that does.

    Raises SlackRefused or SlackUnavailable.
    """
    try:
        if ts is not None:
            await poster.update(place, ts, message)
            return ts
    except SlackRefused as refusal:
        if refusal.code != "message_not_found":
            raise
    return await poster.post(place, message, row_id, maybe_posted=True)


async def say_in_person(poster: Poster, user_id: str, message: Message, row_id: str) -> Place | None:
    """Say the row's end to the person who asked, once, where its thread does not take it; where files may follow.

    The first and the last of its blocks say what matters, for when Slack refuses the rest. None when it refuses them
    too: the log has it, and nothing else is tried. Raises SlackUnavailable.
    """
    try:
        direct = await poster.in_person(user_id)
        ts = await _post_or_shorter(poster, direct, message, f"in-person-{row_id}")
    except SlackRefused as refusal:
        logger.warning("row=<%s>, code=<%s> | the person could not be told", row_id, refusal.code)
        return None
    return Place(direct.channel, ts)


async def _post_or_shorter(poster: Poster, direct: Place, message: Message, row_id: str) -> str:
    """What the thread did not take may be the card itself."""
    try:
        return await poster.post(direct, message, row_id, maybe_posted=True)
    except SlackRefused as refusal:
        logger.warning("row=<%s>, code=<%s> | said without its card", row_id, refusal.code)
    shorter = Message(message.text[:SHORT_CHARACTERS], (message.blocks[0], message.blocks[-1]))
    return await poster.post(direct, shorter, row_id, maybe_posted=True)


async def note_in_person(poster: Poster, place: Place, message: Message) -> None:
    """Have what was said in person say more, where `place` is its thread. Raises SlackUnavailable."""
    try:
        await poster.update(Place(place.channel), place.thread_ts or "", message)
    except SlackRefused as refusal:
        logger.warning("ts=<%s>, code=<%s> | the note was not taken", place.thread_ts, refusal.code)
