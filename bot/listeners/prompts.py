"""The prompts that Slack suggests in the agent's conversation: the standard ones, or some about what is looked at.

Slack tells of every switch of channel while the conversation is open, to any replica and in any order. The store knows
the newest event of each person, and an older one changes nothing. Nothing is said to Slack as long as the standard
prompts are shown and stay.
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
from bot.store.viewed import Heard, Viewed

logger = logging.getLogger(__name__)

HEADING = "What should the cluster do?"


class Prompts:
    """Offers prompts; without them the conversation works as well, so nothing here raises for Slack or the store."""

    def __init__(self, looking: Looking, home_team: str) -> None:
        self._looking = looking
        self._home_team = home_team

    async def opened(self, client: AsyncWebClient, person: Person, event: dict[str, Any], body: dict[str, Any]) -> None:
        """The conversation is opened: prompts are offered whatever was offered before."""
        try:
            heard, viewed = await self._heard(person, event, body)
            if heard is not None:
                await self._offer(client, person, event["channel"], heard, viewed)
            elif not await self._looking.store.is_offered(person.home_team, person.user_id):
                await _suggest(client, event["channel"], SUGGESTED_PROMPTS)
        except RaygenError as error:
            logger.warning("code=<%s> | the standard prompts are offered", error.code)
            await _suggest(client, event["channel"], SUGGESTED_PROMPTS)

    async def changed(self, client: AsyncWebClient, event: dict[str, Any], body: dict[str, Any]) -> None:
        """Somebody looks at something else while the conversation is open."""
        person = payloads.onlooker(event, body, self._home_team)
        if person is None:
            return
        try:
            heard, viewed = await self._heard(person, event, body)
            if heard is not None and heard.offered:
                await self._offer(client, person, payloads.conversation(event), heard, viewed)
        except RaygenError as error:
            logger.warning("code=<%s> | the prompts stay as they are", error.code)

    async def _heard(
        self, person: Person, event: dict[str, Any], body: dict[str, Any]
    ) -> tuple[Heard | None, Viewed | None]:
        """The event, unless a newer one has been heard; and the program that the person looks at, if there is one."""
        viewed = await self._looking.program(person, payloads.looked_at(event.get("context"), self._home_team))
        at = payloads.happened_at(event, body)
        about = viewed is not None
        return await self._looking.store.hear(person.home_team, person.user_id, at, about_a_program=about), viewed

    async def _offer(
        self, client: AsyncWebClient, person: Person, channel: str, heard: Heard, viewed: Viewed | None
    ) -> None:
        channel = channel or await _conversation(client, person)
        if not channel:
            return
        if viewed is None:
            await self._bring_back(client, channel, heard)
            return
        await _suggest(client, channel, prompts_about(viewed.title))
        if await self._is_overtaken(heard):
            await _suggest(client, channel, SUGGESTED_PROMPTS)

    async def _bring_back(self, client: AsyncWebClient, channel: str, heard: Heard) -> None:
        if await _suggest(client, channel, SUGGESTED_PROMPTS) and heard.offered:
            try:
                await self._looking.store.withdraw(heard)
            except RaygenError as error:
                logger.warning("code=<%s> | the standard prompts will be offered once more", error.code)

    async def _is_overtaken(self, heard: Heard) -> bool:
        """Whether the person looks elsewhere by now, or may do so."""
        try:
            return await self._looking.store.overtaken(heard)
        except RaygenError as error:
            logger.warning("code=<%s> | the standard prompts are offered again", error.code)
            return True


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
    """The person's conversation with Raygen, for an event that does not name it; empty when Slack does not say."""
    try:
        return str((await client.conversations_open(users=person.user_id))["channel"]["id"])
    except (SlackClientError, aiohttp.ClientError, TimeoutError) as error:
        logger.warning("user=<%s> | could not find the conversation", person.user_id, exc_info=error)
        return ""
