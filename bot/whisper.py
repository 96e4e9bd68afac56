"""Words for one person in a channel: refusals and help, which need not be found again."""

import logging

import aiohttp
from slack_sdk.errors import SlackClientError
from slack_sdk.web.async_client import AsyncWebClient

from bot.blocks.text import Message

logger = logging.getLogger(__name__)


class Whisper:
    """Posts ephemeral messages."""

    def __init__(self, client: AsyncWebClient) -> None:
        self._client = client

    async def say(self, channel: str, user_id: str, message: Message, thread_ts: str | None = None) -> None:
        """Show the message to one person; when Slack will not, the log has it."""
        try:
            await self._client.chat_postEphemeral(
                channel=channel, user=user_id, thread_ts=thread_ts, text=message.text, blocks=list(message.blocks)
            )
        except (SlackClientError, aiohttp.ClientError, TimeoutError) as error:
            logger.warning("channel=<%s> | could not whisper", channel, exc_info=error)
