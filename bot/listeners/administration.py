"""What administrators look at, in windows over the App Home."""

import logging
from collections.abc import Awaitable, Callable
from typing import Any

import aiohttp
from slack_bolt.context.ack.async_ack import AsyncAck
from slack_sdk.errors import SlackClientError
from slack_sdk.web.async_client import AsyncWebClient

from bot.blocks import administration as pages
from bot.blocks.text import Block
from bot.errors import RaygenError
from bot.home import HomePage
from bot.intake import Intake
from bot.listeners import payloads
from bot.listeners.refusals import sentence_of
from bot.permissions import Actor

logger = logging.getLogger(__name__)

MOST_DIGITS = 18
"""What fits into a database's number."""


class AdministrationButtons:
    """The handlers of the administrators' buttons: each click is decided anew, by its own user and team."""

    def __init__(self, intake: Intake, page: HomePage, home_team: str) -> None:
        self._intake = intake
        self._page = page
        self._home_team = home_team

    async def settings(self, ack: AsyncAck, body: dict[str, Any], client: AsyncWebClient) -> None:
        """The settings of every channel."""
        view = await self._view(body, self._page.administration.channels)
        await ack()
        await _open(client, body, view)

    async def audit(self, ack: AsyncAck, body: dict[str, Any], client: AsyncWebClient) -> None:
        """The latest entries of the audit."""
        view = await self._view(body, self._page.administration.audit)
        await ack()
        await _open(client, body, view)

    async def older(self, ack: AsyncAck, body: dict[str, Any], client: AsyncWebClient) -> None:
        """The entries before those in the window."""
        value = payloads.value_of(body)
        before = int(value) if value.isascii() and value.isdecimal() and len(value) <= MOST_DIGITS else 0
        view = await self._view(body, lambda actor: self._page.administration.audit(actor, before))
        await ack()
        await _replace(client, body, view)

    async def _view(self, body: dict[str, Any], shown: Callable[[Actor], Awaitable[Block]]) -> Block:
        """What is shown, or in its place why it is not."""
        person = payloads.clicker(body, self._home_team)
        try:
            return await shown(await self._intake.actor(person))
        except RaygenError as error:
            return pages.refused(sentence_of(error, person.user_id), error.whom)


async def _open(client: AsyncWebClient, body: dict[str, Any], view: Block) -> None:
    try:
        await client.views_open(trigger_id=body["trigger_id"], view=view)
    except (SlackClientError, aiohttp.ClientError, TimeoutError) as error:
        logger.warning("user=<%s> | could not open a modal", body["user"]["id"], exc_info=error)


async def _replace(client: AsyncWebClient, body: dict[str, Any], view: Block) -> None:
    """With the hash of the window that was clicked, so that of two clicks one counts."""
    before = body.get("view") or {}
    try:
        await client.views_update(view_id=before.get("id"), hash=before.get("hash"), view=view)
    except (SlackClientError, aiohttp.ClientError, TimeoutError) as error:
        logger.warning("user=<%s> | could not show older entries", body["user"]["id"], exc_info=error)
