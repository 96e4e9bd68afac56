"""What Slack itself shows of the agent in a thread: at work, waiting for a person, or at rest.

While a session is `processing`, Slack shows its own Stop (docs.slack.dev, agents.sessions.setStatus). Nothing depends
on it: the card says all of it as well, so what Slack refuses here is only noted in the log.
"""

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager, nullcontext
from dataclasses import dataclass
from typing import Literal, Protocol

import aiohttp
from slack_sdk.errors import SlackClientError
from slack_sdk.web.async_client import AsyncWebClient

from bot.errors import StoreUnavailable
from bot.poster import Place
from bot.store.ongoing import Ongoing

logger = logging.getLogger(__name__)

Status = Literal["processing", "suspended", "active"]
MOST_TITLE = 200
MOST_SECONDS = 3.0
"""Nobody's answer waits longer for it, whatever Slack's rate limit says."""


@dataclass
class Rest:
    """How a piece of work leaves its thread; `waits`: somebody has to press a button."""

    waits: bool = False


class ThreadStatus(Protocol):
    """Where it is shown that Raygen works in a thread."""

    def at_work(self, team: str, place: Place, title: str = "", /) -> AbstractAsyncContextManager[Rest]:
        """Show for the time of the block that work is done in the thread; `title` names a session that is new."""

    async def rest(self, team: str, place: Place, /, *, waits: bool) -> None:
        """Show how the thread is left by a click that needs no work, unless work is done there; see Rest."""


class UnshownStatus:
    """The ThreadStatus of a bot without Slack."""

    def at_work(self, *_where: object) -> AbstractAsyncContextManager[Rest]:
        """See ThreadStatus."""
        return nullcontext(Rest())

    async def rest(self, *_where: object, waits: bool) -> None:
        """See ThreadStatus."""


class SessionStatus:
    """The ThreadStatus that Slack shows as an agent session's."""

    def __init__(self, client: AsyncWebClient, ongoing: Ongoing) -> None:
        self._client = client
        self._ongoing = ongoing

    @asynccontextmanager
    async def at_work(self, team: str, place: Place, title: str = "") -> AsyncIterator[Rest]:
        """See ThreadStatus. What else is being worked on in the thread keeps it at work."""
        # beside the work: nobody waits for Slack to show it
        begun = asyncio.create_task(self._show(place, "processing", " ".join(title.split())[:MOST_TITLE]))
        rest = Rest()
        try:
            yield rest
        finally:
            await begun
            await self.rest(team, place, waits=rest.waits)

    async def rest(self, team: str, place: Place, *, waits: bool) -> None:
        """See ThreadStatus."""
        if not await self._busy(team, place):
            await self._show(place, "suspended" if waits else "active")

    async def _busy(self, team: str, place: Place) -> bool:
        try:
            return bool(await self._ongoing.open_in_thread(team, place.channel, place.thread_ts or ""))
        except StoreUnavailable:
            return True

    async def _show(self, place: Place, status: Status, title: str = "") -> None:
        try:
            async with asyncio.timeout(MOST_SECONDS):
                await self._client.agents_sessions_setStatus(
                    channel_id=place.channel, thread_ts=place.thread_ts, status=status, title=title or None
                )
        except (SlackClientError, aiohttp.ClientError, TimeoutError) as error:
            logger.warning("status=<%s>, error=<%s> | Slack does not show it", status, type(error).__name__)
