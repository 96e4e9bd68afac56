"""Messages and files in Slack: the one module that posts what turns and runs have to say.

A message that must not appear twice carries metadata with its row's id: when Slack's answer is lost, the thread is
searched for it before it is posted again. `chat.update` of a known ts may be repeated freely.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any, Protocol, TypeVar

import aiohttp
from slack_sdk.errors import SlackApiError, SlackClientError
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.web.async_slack_response import AsyncSlackResponse
from slack_sdk.webhook.async_client import AsyncWebhookClient

from bot.audience import AllowedIn, anybody, shown_to_those_who_may
from bot.blocks.text import Message
from bot.errors import RaygenError, SlackRefused, SlackUnavailable
from bot.holding import require_hold

logger = logging.getLogger(__name__)

T = TypeVar("T")

EVENT_TYPE = "raygen"
ATTEMPTS = 4
SEARCHED_MESSAGES = 200
SERVER_ERROR = 500
SNIPPET_BYTES = 1_048_576
"""Slack refuses a longer snippet with `snippet_too_large`."""

SENTENCES = {
    "not_in_channel": "I am not a member of this channel. Type `/invite @raygen` here and ask again.",
    "channel_not_found": "I cannot see this channel. Type `/invite @raygen` here and ask again.",
    "is_archived": "This channel is archived, so nothing can be posted in it. Ask again in another channel.",
    "is_inactive": "This channel is archived or deleted, so nothing can change in it. Ask again in another channel.",
    "restricted_action": "A workspace setting keeps me from posting here. Ask an administrator, or another channel.",
    "missing_scope": "The Slack app lacks a permission. Ask whoever runs Raygen to reinstall it with its manifest.",
    "message_not_found": "The message that I wanted to change has been deleted.",
    "thread_not_found": "The thread has been deleted. Ask again in the channel.",
}
TRANSIENT = frozenset({"ratelimited", "internal_error", "fatal_error", "service_unavailable", "request_timeout"})
"""Slack's own words for «try again later» (docs.slack.dev, errors common to all methods)."""


@dataclass(frozen=True)
class Place:
    """Where a message goes: a channel, and the thread in it unless the message opens one."""

    channel: str
    thread_ts: str | None = None


class Poster(Protocol):
    """What turns and runs need of Slack."""

    async def post(self, place: Place, message: Message, row_id: str, *, maybe_posted: bool) -> str:
        """Post the message that belongs to `row_id`, once; its ts. `maybe_posted`: somebody has tried before."""

    async def update(self, place: Place, ts: str, message: Message) -> None:
        """Make the message at `ts` say `message`."""

    async def upload(self, filename: str, content: bytes, snippet_type: str | None) -> str:
        """Upload a file that nobody sees yet; its id. Without a `snippet_type` it is no text to be read in place."""

    async def share(self, place: Place, file_id: str, title: str) -> None:
        """Show an uploaded file in the thread, once."""

    async def respond(self, response_url: str, message: Message) -> None:
        """Answer a command where only its sender sees it."""

    async def in_person(self, user_id: str) -> Place:
        """Where the person reads direct messages of ours."""


class SlackPoster:
    """The Poster that speaks Slack's Web API; `allowed_in` says whom a channel's buttons are for."""

    def __init__(
        self,
        client: AsyncWebClient,
        wait: Callable[[float], Awaitable[None]] = asyncio.sleep,
        allowed_in: AllowedIn = anybody,
    ) -> None:
        self._client = client
        self._wait = wait
        self._allowed_in = allowed_in

    async def post(self, place: Place, message: Message, row_id: str, *, maybe_posted: bool) -> str:
        """Post the message that belongs to `row_id`, once; its ts. Raises SlackRefused or SlackUnavailable."""
        message = shown_to_those_who_may(message, place.channel, self._allowed_in)

        async def attempt(number: int) -> str:
            if (maybe_posted or number > 1) and (found := await self._find(place, row_id)):
                return found
            answer = await self._client.chat_postMessage(
                channel=place.channel,
                thread_ts=place.thread_ts,
                text=message.text,
                blocks=list(message.blocks),
                metadata={"event_type": EVENT_TYPE, "event_payload": {"id": row_id}},
                unfurl_links=False,
                unfurl_media=False,
            )
            return str(answer["ts"])

        return await self._persist("chat.postMessage", attempt)

    async def update(self, place: Place, ts: str, message: Message) -> None:
        """Make the message at `ts` say `message`. Raises SlackRefused or SlackUnavailable."""
        message = shown_to_those_who_may(message, place.channel, self._allowed_in)

        async def attempt(_: int) -> None:
            await self._client.chat_update(channel=place.channel, ts=ts, text=message.text, blocks=list(message.blocks))

        await self._persist("chat.update", attempt)

    async def upload(self, filename: str, content: bytes, snippet_type: str | None) -> str:
        """Upload a file that nobody sees yet; its id. Raises SlackRefused or SlackUnavailable.

        What is too long for a snippet becomes an ordinary file.
        """
        kind = {"snippet_type": snippet_type} if len(content) <= SNIPPET_BYTES else {}

        async def attempt(_: int) -> str:
            ticket = await self._client.files_getUploadURLExternal(filename=filename, length=len(content), **kind)
            async with (
                aiohttp.ClientSession() as session,
                session.post(str(ticket["upload_url"]), data=content) as answer,
            ):
                answer.raise_for_status()
            return str(ticket["file_id"])

        return await self._persist("files.getUploadURLExternal", attempt)

    async def share(self, place: Place, file_id: str, title: str) -> None:
        """Show an uploaded file in the thread, once. Raises SlackRefused or SlackUnavailable."""

        async def attempt(_: int) -> None:
            if await self._is_shared(place, file_id):
                return
            await self._client.files_completeUploadExternal(
                files=[{"id": file_id, "title": title}], channel_id=place.channel, thread_ts=place.thread_ts
            )

        try:
            await self._persist("files.completeUploadExternal", attempt)
        except SlackRefused as refusal:
            # The upload has been completed by a call whose answer was lost: sharing follows later, by itself.
            if refusal.code != "file_not_found":
                raise
            logger.warning("file=<%s> | no upload is waiting, so it has been shared", file_id)

    async def respond(self, response_url: str, message: Message) -> None:
        """Answer a command where only its sender sees it. Raises SlackRefused or SlackUnavailable."""

        async def attempt(_: int) -> None:
            require_hold()
            answer = await AsyncWebhookClient(response_url).send(
                text=message.text, blocks=list(message.blocks), response_type="ephemeral"
            )
            if answer.status_code >= SERVER_ERROR:
                raise aiohttp.ClientConnectionError
            if not answer.body.startswith("ok"):
                raise SlackRefused("response_url", "Slack takes no more answers to this command. Type it again.")

        await self._persist("response_url", attempt)

    async def in_person(self, user_id: str) -> Place:
        """Where the person reads direct messages of ours. Raises SlackRefused or SlackUnavailable.

        `chat.postMessage` takes a person's id too, but then nothing could be searched for before it is posted again.
        """

        async def attempt(_: int) -> Place:
            answer = await self._client.conversations_open(users=user_id)
            channel: dict[str, Any] = answer["channel"]
            return Place(str(channel["id"]))

        return await self._persist("conversations.open", attempt)

    async def _find(self, place: Place, row_id: str) -> str | None:
        messages = await self._recent(place)
        mine = (m["ts"] for m in messages if _row_of(m) == row_id)
        return next(mine, None)

    async def _is_shared(self, place: Place, file_id: str) -> bool:
        return any(f.get("id") == file_id for m in await self._recent(place) for f in m.get("files", ()))

    async def _recent(self, place: Place) -> list[dict[str, Any]]:
        if place.thread_ts is None:
            page = await self._client.conversations_history(
                channel=place.channel, include_all_metadata=True, limit=SEARCHED_MESSAGES
            )
            return list(page["messages"])
        found: list[dict[str, Any]] = []
        replies = await self._client.conversations_replies(
            channel=place.channel, ts=place.thread_ts, include_all_metadata=True, limit=SEARCHED_MESSAGES
        )
        async for page in replies:
            found += page["messages"]
        return found

    async def _persist(self, what: str, attempt: Callable[[int], Awaitable[T]]) -> T:
        for number in range(1, ATTEMPTS + 1):
            try:
                return await attempt(number)
            except (SlackClientError, aiohttp.ClientError, TimeoutError) as error:
                refusal = _refusal(error)
                if refusal is not None:
                    raise refusal from error
                logger.warning(
                    "method=<%s>, attempt=<%d>, error=<%s> | Slack failed", what, number, type(error).__name__
                )
                await self._wait(0.5 * 2**number if number < ATTEMPTS else 0)
        raise SlackUnavailable("slack_unavailable", "Slack did not answer.")


def _row_of(message: dict[str, Any]) -> str | None:
    metadata = message.get("metadata") or {}
    row_id = metadata.get("event_payload", {}).get("id")
    return str(row_id) if metadata.get("event_type") == EVENT_TYPE and row_id else None


def _refusal(error: Exception) -> RaygenError | None:
    """The final «no» that `error` is; None when trying again may help."""
    if not isinstance(error, SlackApiError) or not isinstance(error.response, AsyncSlackResponse):
        return None
    if error.response.status_code >= SERVER_ERROR:
        return None
    code = str(error.response.get("error", "unknown"))
    if code in TRANSIENT:
        return None
    sentence = SENTENCES.get(code, "Slack refused the message. Ask whoever runs Raygen; its log has the reason.")
    return SlackRefused(code, sentence)
