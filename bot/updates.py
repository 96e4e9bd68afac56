"""A message that changes often: updates are coalesced, the latest wins, and a missing one hurts nobody."""

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator

from bot.blocks.text import Message
from bot.errors import RaygenError
from bot.poster import Place, Poster

logger = logging.getLogger(__name__)

INTERVAL_SECONDS = 1.2
"""Slack takes about 50 `chat.update` a minute (docs.slack.dev, rate limits: tier 3)."""


class LiveMessage:
    """Shows the newest of what it is given in the message at `ts`."""

    def __init__(self, poster: Poster, place: Place, ts: str) -> None:
        self._poster = poster
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
            self._changed.clear()
            if self._wanted is not None and self._wanted != self._shown:
                async with self._sending:
                    await self._send(self._wanted)
                await asyncio.sleep(INTERVAL_SECONDS)

    async def finish(self, sender: "asyncio.Task[None]") -> None:
        """Let the update that is under way arrive, and send no other: a later message must not be overtaken."""
        async with self._sending:
            sender.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await sender

    async def _send(self, message: Message) -> None:
        try:
            await self._poster.update(self._place, self._ts, message)
        except RaygenError as error:
            logger.warning("ts=<%s>, code=<%s> | live update left out", self._ts, error.code)
        else:
            self._shown = message


@contextlib.asynccontextmanager
async def live(poster: Poster, place: Place, ts: str) -> AsyncIterator[LiveMessage]:
    """A LiveMessage for the block; no update of it is under way afterwards, so that the final one is the last."""
    message = LiveMessage(poster, place, ts)
    sender = asyncio.create_task(message.run())
    try:
        yield message
    finally:
        await message.finish(sender)
