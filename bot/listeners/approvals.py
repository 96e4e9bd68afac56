"""The buttons of a program that needs approval. Who may press them is decided at the click."""

from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Any

from slack_bolt.context.ack.async_ack import AsyncAck

from bot.approvals import approval_version
from bot.errors import RaygenError, Stale
from bot.listeners import payloads
from bot.listeners.actions import Actions
from bot.permissions import Actor

Decide = Callable[[Actor, str, str], Awaitable[None]]
"""Of who pressed, what the button is for, and the channel that it belongs to."""


class ApprovalActions(Actions):
    """The handlers; after each the card says where the approval stands, whatever became of the click."""

    async def approve(self, ack: AsyncAck, body: dict[str, Any]) -> None:
        """Approve."""
        await self._decide(ack, body, self._intake.approvals.approve, approval_version)

    async def decline(self, ack: AsyncAck, body: dict[str, Any]) -> None:
        """Decline, and Withdraw approval."""
        await self._decide(ack, body, self._intake.approvals.decline, approval_version)

    async def ask_approval(self, ack: AsyncAck, body: dict[str, Any]) -> None:
        """Ask for approval: for another run of the program."""
        await self._decide(ack, body, self._intake.approvals.ask_again, str)

    async def run(self, ack: AsyncAck, body: dict[str, Any]) -> None:
        """Run, which uses an approval up where one is needed."""
        await super().run(ack, body)
        with suppress(Stale):  # whoever pressed has been told
            await self._intake.show_again(payloads.value_of(body).rpartition(":")[0])

    async def _decide(
        self, ack: AsyncAck, body: dict[str, Any], decide: Decide, version_of: Callable[[str], str]
    ) -> None:
        value = payloads.value_of(body)

        async def act() -> str:
            version = await self._intake.version(version_of(value))
            actor = await self._intake.actor(payloads.clicker(body, self._home_team))
            await decide(actor, value, await self._intake.channel_of(version))
            return version.id

        await self._do(ack, body, act)
        try:
            await self._intake.show_again(version_of(value))
        except RaygenError:
            return  # what the button belongs to is unknown, and whoever pressed has been told
