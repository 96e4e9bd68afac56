"""The prompts that Slack suggests in the agent's conversation: the standard ones, or some about what is looked at.

Slack tells of every switch of channel while the conversation is open. Nothing is said to Slack as long as the standard
prompts are shown and stay; which they are is in the store, since any replica may be told.
"""

import logging
from collections.abc import Iterable
from typing import Any

import aiohttp
from slack_sdk.errors import SlackClientError
from slack_sdk.web.async_client import AsyncWebClient

from bot.blocks.help import SUGGESTED_PROMPTS
from bot.blocks.viewed import prompts_about
from bot.errors import RaygenError
from bot.intake import Person
from bot.listeners import payloads
from bot.looking import Looking
from bot.store.viewed import Seen

logger = logging.getLogger(__name__)

HEADING = "What should the cluster do?"


class Prompts:
    """Offers prompts; without them the conversation works as well, so nothing here raises for Slack or the store."""

    def __init__(self, looking: Looking, home_team: str) -> None:
        self._looking = looking
        self._home_team = home_team

    async def opened(self, client: AsyncWebClient, person: Person, event: dict[str, Any]) -> None:
        """The conversation is opened: prompts are offered whatever was offered before."""
        place = payloads.looked_at(event.get("context"), self._home_team)
        try:
            seen = await self._looking.store.seen(person.home_team, person.user_id, place)
            if await self._offered(client, person, place, seen, event["channel"]):
                return
        except RaygenError as error:
            logger.warning("code=<%s> | the standard prompts are offered", error.code)
            seen = Seen()
        await self._standard(client, person, event["channel"], seen)

    async def changed(self, client: AsyncWebClient, event: dict[str, Any], body: dict[str, Any]) -> None:
        """Somebody looks at something else while the conversation is open."""
        person = payloads.onlooker(event, body, self._home_team)
        if person is None:
            return
        place = payloads.looked_at(event.get("context"), self._home_team)
        try:
            seen = await self._looking.store.seen(person.home_team, person.user_id, place)
            if not await self._offered(client, person, place, seen) and seen.offered_in:
                await self._standard(client, person, seen.offered_in, seen)
        except RaygenError as error:
            logger.warning("code=<%s> | the prompts stay as they are", error.code)

    async def _offered(
        self, client: AsyncWebClient, person: Person, place: tuple[str, str] | None, seen: Seen, channel: str = ""
    ) -> bool:
        """Whether the person looks at a program, and prompts about it are offered; noted before Slack is told."""
        viewed = await self._looking.program(person, place) if seen.version_id else None
        if viewed is None:
            return False
        channel = channel or seen.offered_in or await _conversation(client, person)
        if channel:
            if not seen.offered_in:
                await self._looking.store.offer(person.home_team, person.user_id, channel)
            await _suggest(client, channel, prompts_about(viewed.title))
        return True

    async def _standard(self, client: AsyncWebClient, person: Person, channel: str, seen: Seen) -> None:
        if await _suggest(client, channel, SUGGESTED_PROMPTS) and seen.offered_in:
            await self._withdrawn(person)

    async def _withdrawn(self, person: Person) -> None:
        try:
            await self._looking.store.withdraw(person.home_team, person.user_id)
        except RaygenError as error:
            logger.warning("code=<%s> | the standard prompts will be offered once more", error.code)


async def _suggest(client: AsyncWebClient, channel: str, prompts: Iterable[tuple[str, str]]) -> bool:
    """Whether Slack has taken them."""
    offered = [{"title": title, "message": message} for title, message in prompts]
    try:
        await client.assistant_threads_setSuggestedPrompts(channel_id=channel, prompts=offered, title=HEADING)
    except (SlackClientError, aiohttp.ClientError, TimeoutError) as error:
        logger.warning("channel=<%s> | could not offer prompts", channel, exc_info=error)
        return False
    return True


async def _conversation(client: AsyncWebClient, person: Person) -> str:
    """The person's conversation with Raygen, which the event does not name; empty when Slack does not say."""
    try:
        return str((await client.conversations_open(users=person.user_id))["channel"]["id"])
    except (SlackClientError, aiohttp.ClientError, TimeoutError) as error:
        logger.warning("user=<%s> | could not find the conversation", person.user_id, exc_info=error)
        return ""
