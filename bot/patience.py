"""Slack's Web API without being told twice to wait: a 429 holds back what it is about, and nothing else.

Slack limits `chat.postMessage` for each channel and the other methods for the workspace
(docs.slack.dev/apis/web-api/rate-limits). After a 429 the calls it is about wait in a row, one at a time.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import aiohttp
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.web.async_slack_response import AsyncSlackResponse

from bot.holding import require_hold
from bot.metrics import Metrics

TOO_MANY_REQUESTS = 429
SERVER_ERROR = 500
TRIES = 6
READS = frozenset(
    {"auth.test", "conversations.history", "conversations.replies", "usergroups.users.list", "users.info"}
)
"""What changes nothing may be asked again at once: somebody waits for an acknowledgement."""
READ_PAUSE_SECONDS = 0.2
WRONG_TOKEN = frozenset({"account_inactive", "invalid_auth", "not_authed", "token_expired", "token_revoked"})
"""Slack's words for a token that it does not take, or takes no longer."""
BY_CHANNEL = frozenset({"chat.postMessage", "chat.postEphemeral"})


Refusal = Callable[[AsyncWebClient], Awaitable[None]]
"""What is done when Slack refuses a client's token; its exception replaces Slack's answer."""


@dataclass
class _Gate:
    """What one limit holds back."""

    opens: float = 0.0
    turn: asyncio.Lock = field(default_factory=asyncio.Lock)


class PatientClient(AsyncWebClient):
    """A Web API client that waits as long as Slack asks for, for each method and channel by itself."""

    def __init__(
        self,
        *arguments: Any,
        metrics: Metrics,
        wait: Callable[[float], Awaitable[None]] = asyncio.sleep,
        refused: Refusal | None = None,
        **named: Any,
    ) -> None:
        super().__init__(*arguments, **named)
        self._metrics = metrics
        self._wait = wait
        self._refused = refused
        self._gates: dict[tuple[str, str], _Gate] = {}

    async def api_call(self, api_method: str, **arguments: Any) -> AsyncSlackResponse:
        """Call a method. Raises SlackApiError, with `ratelimited` after TRIES waits.

        What changes something is not sent, and LeaseLost raised, when the row that the task works on may be another
        replica's by now: a call may have waited long for its turn.
        """
        try:
            return await self._patiently(api_method, **arguments)
        except SlackApiError as error:
            if self._refused is not None and api_method != "auth.test" and _word(error) in WRONG_TOKEN:
                await self._refused(self)
            raise

    async def _patiently(self, api_method: str, **arguments: Any) -> AsyncSlackResponse:
        key = api_method, _channel(api_method, arguments)
        for _ in range(TRIES - 1):
            try:
                return await self._through(key, api_method, arguments)
            except (SlackApiError, aiohttp.ClientError) as error:
                pause = _pause(error)
                if pause is not None:
                    self._gates.setdefault(key, _Gate()).opens = asyncio.get_running_loop().time() + pause
                elif api_method in READS and _is_outage(error):
                    await self._wait(READ_PAUSE_SECONDS)
                else:
                    raise
        return await self._through(key, api_method, arguments)

    async def _through(self, key: tuple[str, str], method: str, arguments: dict[str, Any]) -> AsyncSlackResponse:
        gate = self._gates.get(key)
        async with AsyncExitStack() as stack:
            if gate is not None:
                await stack.enter_async_context(gate.turn)
                await self._wait(max(0.0, gate.opens - asyncio.get_running_loop().time()))
            if method not in READS:
                require_hold()
            answer = await self._counted(method, arguments)
        # Those that still wait for their turn hold the gate themselves.
        self._gates.pop(key, None)
        return answer

    async def _counted(self, method: str, arguments: dict[str, Any]) -> AsyncSlackResponse:
        outcome = "no_answer"
        try:
            answer = await super().api_call(method, **arguments)
            outcome = "ok"
        except SlackApiError as error:
            outcome = _word(error)
            raise
        else:
            return answer
        finally:
            self._metrics.slack_calls.labels(method, outcome).inc()


@asynccontextmanager
async def kept_connections(client: AsyncWebClient) -> AsyncIterator[None]:
    """Let the calls of `client` share connections for the time of the block; by itself it opens one for each call.

    A card takes seven calls, and a TLS handshake with Slack takes longer than most of them.
    """
    async with aiohttp.ClientSession(
        connector=aiohttp.TCPConnector(limit=0),  # as before: what bounds the calls is not how many sockets there are
        cookie_jar=aiohttp.DummyCookieJar(),
        timeout=aiohttp.ClientTimeout(total=client.timeout),
    ) as session:
        client.session = session
        try:
            yield
        finally:
            client.session = None


def _channel(method: str, arguments: dict[str, Any]) -> str:
    if method not in BY_CHANNEL:
        return ""
    given: dict[str, Any] = arguments.get("json") or arguments.get("params") or {}
    return str(given.get("channel", ""))


def _is_outage(error: Exception) -> bool:
    """Whether Slack has said nothing of the request."""
    answer = error.response if isinstance(error, SlackApiError) else None
    return not isinstance(answer, AsyncSlackResponse) or answer.status_code >= SERVER_ERROR


def _pause(error: Exception) -> float | None:
    """The seconds that a 429 asks for; None for any other error."""
    answer = error.response if isinstance(error, SlackApiError) else None
    if not isinstance(answer, AsyncSlackResponse) or answer.status_code != TOO_MANY_REQUESTS:
        return None
    named = {name.lower(): value for name, value in answer.headers.items()}
    return float(named.get("retry-after", 1))


def _word(error: SlackApiError) -> str:
    """Slack's own word for the refusal: there is a bounded number of them."""
    return str(error.response.get("error", "unknown")) if isinstance(error.response, AsyncSlackResponse) else "unknown"
