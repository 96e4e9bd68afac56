"""The agent's conversation, when somebody opens it."""

import logging
from typing import Any

import aiohttp
from slack_sdk.errors import SlackClientError
from slack_sdk.web.async_client import AsyncWebClient

from bot.blocks.help import SUGGESTED_PROMPTS

logger = logging.getLogger(__name__)


async def opened(client: AsyncWebClient, event: dict[str, Any]) -> None:
    """Offer prompts in an empty conversation; without them it works as well."""
    if event.get("tab") != "messages":
        return
    prompts = [{"title": title, "message": message} for title, message in SUGGESTED_PROMPTS]
    try:
        await client.assistant_threads_setSuggestedPrompts(
            channel_id=event["channel"], prompts=prompts, title="What should the cluster do?"
        )
    except (SlackClientError, aiohttp.ClientError, TimeoutError) as error:
        logger.warning("channel=<%s> | could not offer prompts", event.get("channel"), exc_info=error)
