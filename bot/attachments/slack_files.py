"""Files in Slack: which there are in a thread, what Slack knows of one, and its content.

https://docs.slack.dev/messaging/working-with-files: a file's address answers to the bot's token with `files:read`, and
to anybody else with the page of a login.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol
from urllib.parse import urlsplit

import aiohttp
from slack_sdk.errors import SlackApiError, SlackClientError
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.web.async_slack_response import AsyncSlackResponse

from bot.attachments.shared import SharedFile, shared_in, shown, vanished
from bot.errors import BadRequest, SlackUnavailable

logger = logging.getLogger(__name__)

ATTEMPTS = 4
MAX_PAUSE_SECONDS = 30.0
MESSAGES_PER_PAGE = 200
BLOCK = 1 << 16
TIMEOUT = aiohttp.ClientTimeout(total=600, sock_connect=10, sock_read=30)
GONE = frozenset({"file_not_found", "file_deleted"})
HIDDEN = frozenset({"channel_not_found", "is_archived", "not_in_channel", "thread_not_found"})
NO_ACCESS = frozenset({"missing_scope", "not_allowed_token_type", "no_permission", "access_denied", "not_visible"})
TOO_MANY, SERVER_ERROR, MOVED, FORBIDDEN, NOT_FOUND = 429, 500, 300, (401, 403), (404, 410)


@dataclass(frozen=True)
class Post:
    """A message of a thread that has files; `team` is its writer's workspace, None for the one of the app."""

    user_id: str
    team: str | None
    files: tuple[SharedFile, ...]


@dataclass(frozen=True)
class KnownFile:
    """What Slack knows of a file now; `stamp` is when it was made, and an `editable` one may be changed in place."""

    id: str
    size: int
    stamp: int
    editable: bool
    url: str
    mimetype: str


class SlackFiles(Protocol):
    """What attachments need of Slack. Each method raises BadRequest for good, and SlackUnavailable for a while."""

    async def posts(self, channel: str, thread_ts: str, until: str | None) -> list[Post]:
        """The messages of people with files in a thread, oldest first, up to the message `until`.

        None of a thread that Slack does not show.
        """

    async def known(self, file: SharedFile) -> KnownFile:
        """What Slack knows of the file now."""

    async def fetch(self, file: SharedFile, known: KnownFile, path: Path) -> None:
        """Write the file's content to `path`."""


class WebApiFiles:
    """The SlackFiles of a real workspace; `wait` is a parameter for tests' sake."""

    def __init__(self, client: AsyncWebClient, wait: Callable[[float], Awaitable[object]] = asyncio.sleep) -> None:
        self._client = client
        self._wait = wait

    async def posts(self, channel: str, thread_ts: str, until: str | None) -> list[Post]:
        """See SlackFiles."""
        found: list[Post] = []
        try:
            replies = await self._client.conversations_replies(
                channel=channel,
                ts=thread_ts,
                latest=until,
                inclusive=bool(until) or None,
                limit=MESSAGES_PER_PAGE,
            )
            async for page in replies:
                found += [_post(message) for message in page["messages"] if _is_a_persons(message)]
        except (SlackClientError, aiohttp.ClientError, TimeoutError) as error:
            failure = _failure(error, None)
            if failure.code not in HIDDEN:
                raise failure from error
            logger.warning("channel=<%s>, code=<%s> | the thread cannot be read", channel, failure.code)
        return found

    async def known(self, file: SharedFile) -> KnownFile:
        """See SlackFiles."""
        try:
            told = (await self._client.files_info(file=file.id))["file"]
        except (SlackClientError, aiohttp.ClientError, TimeoutError) as error:
            raise _failure(error, file) from error
        if SharedFile.parse(told).gone:
            raise vanished(file)
        return KnownFile(
            id=file.id,
            size=int(told.get("size") or 0),
            stamp=int(told.get("timestamp") or told.get("created") or 0),
            editable=bool(told.get("editable")),
            url=str(told.get("url_private_download") or told.get("url_private") or ""),
            mimetype=str(told.get("mimetype") or ""),
        )

    async def fetch(self, file: SharedFile, known: KnownFile, path: Path) -> None:
        """See SlackFiles."""
        if not _is_slacks(known.url, self._client.base_url):
            raise BadRequest(
                "no_file", f"{shown(file.name)} is not kept by Slack. Upload the file itself and ask again."
            )
        async with aiohttp.ClientSession(timeout=TIMEOUT) as session:
            for number in range(1, ATTEMPTS + 1):
                pause = await self._attempt(session, file, known, path, number)
                if pause is None:
                    return
                await self._wait(pause if number < ATTEMPTS else 0)
        raise SlackUnavailable(
            "slack_unavailable", "Slack does not give out the files just now. Try again in a minute."
        )

    async def _attempt(
        self, session: aiohttp.ClientSession, file: SharedFile, known: KnownFile, path: Path, number: int
    ) -> float | None:
        """Fetch once; None when the file is there, else the seconds to wait before the next attempt."""
        headers = {"Authorization": f"Bearer {self._client.token}"}
        try:
            async with session.get(known.url, headers=headers, allow_redirects=False) as answer:
                if answer.status == TOO_MANY or answer.status >= SERVER_ERROR:
                    return _pause(answer.headers, number)
                _require_the_file(answer, file, known)
                await _save(answer, file, known, path)
        except (aiohttp.ClientError, TimeoutError) as error:
            logger.warning("file=<%s>, error=<%s> | could not be fetched", file.id, type(error).__name__)
            return _pause({}, number)
        return None


def _is_a_persons(message: Mapping[str, Any]) -> bool:
    return bool(message.get("user") and message.get("files")) and not message.get("bot_id")


def _post(message: Mapping[str, Any]) -> Post:
    team = message.get("user_team") or message.get("team")
    return Post(str(message["user"]), str(team) if team else None, shared_in(message))


def _is_slacks(url: str, api_url: str) -> bool:
    """Whether an address is the Web API's own host or below it: nobody else is shown the token."""
    there, ours = urlsplit(url), urlsplit(api_url)
    host, slack = there.hostname or "", ours.hostname or ""
    same = (there.scheme, there.port) == (ours.scheme, ours.port)
    return same and bool(slack) and (host == slack or host.endswith(f".{slack}")) and there.username is None


def _require_the_file(answer: aiohttp.ClientResponse, file: SharedFile, known: KnownFile) -> None:
    if answer.status in NOT_FOUND:
        raise vanished(file)
    page = answer.content_type == "text/html" and known.mimetype != "text/html"
    attached = answer.headers.get("Content-Disposition", "").startswith("attachment")
    if answer.status >= MOVED or (page and not attached):
        raise _no_access()


async def _save(answer: aiohttp.ClientResponse, file: SharedFile, known: KnownFile, path: Path) -> None:
    """Write the body; it counts only if it is as long as Slack says that the file is."""
    size = 0
    with await asyncio.to_thread(path.open, "wb") as target:
        async for block in answer.content.iter_chunked(BLOCK):
            size += len(block)
            if size > known.size:
                break
            target.write(block)
    if size != known.size:
        raise BadRequest("file_changed", f"{shown(file.name)} has changed while I fetched it. Ask once more.")


def _pause(headers: Mapping[str, str], number: int) -> float:
    """Seconds to wait: what Slack asks for, within reason, else longer each time."""
    asked = headers.get("Retry-After", "")
    seconds = float(asked) if asked.isascii() and asked.isdigit() else 0.5 * 2**number
    return min(MAX_PAUSE_SECONDS, seconds)


def _failure(error: Exception, file: SharedFile | None) -> BadRequest | SlackUnavailable:
    """Slack's refusal for good, or that it did not answer."""
    response = getattr(error, "response", None)
    if not isinstance(error, SlackApiError) or not isinstance(response, AsyncSlackResponse):
        return SlackUnavailable("slack_unavailable", "Slack did not answer.")
    code = str(response.get("error", "unknown"))
    if file is not None and code in GONE:
        return vanished(file)
    if code in NO_ACCESS:
        return _no_access()
    return SlackUnavailable(code, "Slack does not tell me of the files just now. Try again in a minute.")


def _no_access() -> BadRequest:
    return BadRequest(
        "files_scope",
        "Slack does not let me read files. Ask whoever runs Raygen to reinstall its app with the manifest, which asks "
        "for files:read.",
    )
