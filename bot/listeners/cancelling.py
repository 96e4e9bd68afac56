"""The buttons of whether somebody still wants a program: Cancel, and Bring it back."""

import logging
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Any

from slack_bolt.context.ack.async_ack import AsyncAck

from bot.again import Again
from bot.errors import RaygenError
from bot.intake import Intake, Person
from bot.listeners import payloads
from bot.listeners.actions import Actions
from bot.store.cancelling import CancelStore
from bot.whisper import Whisper

logger = logging.getLogger(__name__)


class CancelButtons(Actions):
    """The handlers; after each the card says whether the program is cancelled, whatever became of the click.

    Whoever may ask for code may press both: other words in the thread end an approval as well, and bringing a program
    back runs nothing.
    """

    def __init__(self, intake: Intake, again: Again, whisper: Whisper, home_team: str, store: CancelStore) -> None:
        super().__init__(intake, again, whisper, home_team)
        self._store = store

    async def cancel(self, ack: AsyncAck, body: dict[str, Any]) -> None:
        """Cancel: nothing of the program runs any more, and an approval of it that is open is void."""
        await self._change(ack, body, self._store.cancel, waits=False)

    async def bring_back(self, ack: AsyncAck, body: dict[str, Any]) -> None:
        """Bring it back: the program as it was."""
        await self._change(ack, body, self._store.bring_back, waits=True)

    async def _change(
        self, ack: AsyncAck, body: dict[str, Any], change: Callable[[str, str], Awaitable[bool]], *, waits: bool
    ) -> None:
        version_id, person = payloads.value_of(body), payloads.clicker(body, self._home_team)

        async def act() -> bool:
            await require(self._intake, person, version_id)
            return await change(version_id, person.user_id)

        newest = await self._do(ack, body, act)
        if newest is not None:
            what = "brought back" if waits else "cancelled"
            logger.info("version=<%s>, by=<%s> | %s", version_id, person.user_id, what)
        with suppress(RaygenError):  # whoever pressed has been told
            version = await self._intake.version(version_id)
            # what an older program of the thread waits for says nothing of the thread
            await self._intake.answers.show_now(version.id, waits if newest else None)


async def require(intake: Intake, person: Person, version_id: str) -> None:
    """Do nothing if the person may say whether the program is wanted. Raises Refused or Stale otherwise."""
    await intake.admit(person, await intake.channel_of(await intake.version(version_id)))
