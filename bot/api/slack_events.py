"""Slack over HTTP: `POST /slack/events` takes commands, interactions and events, as Slack signs them.

Nothing in a request counts before its signature has been verified over the raw bytes. Bolt then gets what was
understood here, not the request itself: it obeys headers that nobody signs, and drops a command whose text holds the
word «payload».
"""

import asyncio
import json
import time
from collections.abc import Callable
from typing import Any, Protocol

from fastapi import Request, Response
from slack_bolt.adapter.starlette.async_handler import to_starlette_response
from slack_bolt.request.async_request import AsyncBoltRequest
from slack_bolt.response import BoltResponse
from starlette.requests import ClientDisconnect

from bot.api.slack_payloads import FORM, JSON, Malformed, is_certificate_check, payload_of
from bot.api.slack_replays import Replays
from bot.api.slack_signature import Claim, Unverified, claimed, verify

PATH = "/slack/events"
TIMESTAMP, SIGNATURE = "x-slack-request-timestamp", "x-slack-signature"
MAX_BODY_BYTES = 1024 * 1024
"""Slack names no limit. A modal full of text has a fraction of this, escaped twice."""
MAX_UNSIGNED_BYTES = 4096
READ_SECONDS = 10.0
"""Slack has given up long before; but a busy moment of ours must not look like a slow sender."""
RETRY_SECONDS = 1
UNREADABLE = (AttributeError, KeyError, TypeError, ValueError)
"""What Bolt raises while it reads a payload that Slack does not document."""


class Dispatcher(Protocol):
    """As much of Bolt's app as is needed here."""

    async def async_dispatch(self, req: AsyncBoltRequest) -> BoltResponse:
        """Bolt's answer."""


class _Refused(Exception):
    """Answered with `status`, and nothing else."""

    def __init__(self, status: int) -> None:
        super().__init__(status)
        self.status = status


class SlackEvents:
    """The request URL. Before `open` and after `close` it asks Slack, or the balancer between, to come again."""

    def __init__(self, secret: str, clock: Callable[[], float] = time.time) -> None:
        self._secret = secret
        self._clock = clock
        self._replays = Replays()
        self._app: Dispatcher | None = None
        self._leaving = False

    async def open(self, app: Dispatcher) -> None:
        """From now on, hand to `app` what is Slack's."""
        self._app = app

    async def is_open(self) -> bool:
        """Whether a balancer should send requests here."""
        return self._app is not None and not self._leaving

    async def leave(self) -> None:
        """Be no longer ready, and go on taking what still comes.

        A balancer needs a moment to notice, and Slack delivers a command or a click only once. What is taken now is
        written down, for another replica to work on.
        """
        self._leaving = True

    async def close(self) -> None:
        """Take nothing more; what has been taken is finished."""
        self._app = None

    async def answer(self, request: Request) -> Response:
        """The answer to a request, whoever sent it: a bare 401 for what cannot be shown to be Slack's."""
        try:
            claim, payload = await self._verified(request)
        except Unverified:
            return Response(status_code=401)
        except _Refused as refusal:
            return Response(status_code=refusal.status)
        if claim is None:
            return Response()
        app = self._app
        if app is None:
            return Response(status_code=503, headers={"Retry-After": str(RETRY_SECONDS)})
        return await self._replays.once(claim, self._clock(), lambda: _handled(app, payload))

    async def _verified(self, request: Request) -> tuple[Claim | None, dict[str, Any]]:
        """Who signed what; no claim for Slack's look at our certificate. Raises Unverified, _Refused."""
        kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
        try:
            headers = request.headers
            claim = claimed(headers.getlist(TIMESTAMP), headers.getlist(SIGNATURE), self._clock())
        except Unverified:
            if kind == FORM and is_certificate_check(await _read(request, MAX_UNSIGNED_BYTES) or b""):
                return None, {}
            raise
        body = await _read(request, MAX_BODY_BYTES)
        if body is None:
            raise _Refused(413)
        verify(claim, body, self._secret)
        if kind not in {JSON, FORM}:
            raise _Refused(415)
        try:
            return claim, payload_of(body, kind)
        except Malformed:
            raise _Refused(400) from None


async def _read(request: Request, most: int) -> bytes | None:
    """The body; None as soon as it is known to have more than `most` bytes. Raises _Refused when it does not end."""
    length = request.headers.get("content-length", "0")
    if not length.isascii() or not length.isdigit() or int(length[:20]) > most:
        return None
    body = bytearray()
    try:
        async with asyncio.timeout(READ_SECONDS):
            async for chunk in request.stream():
                body += chunk
                if len(body) > most:
                    return None
    except (TimeoutError, ClientDisconnect):
        raise _Refused(408) from None
    return bytes(body)


async def _handled(app: Dispatcher, payload: dict[str, Any]) -> Response:
    """Bolt's answer."""
    try:
        request = AsyncBoltRequest(body=json.dumps(payload), headers={"content-type": JSON})
    except UNREADABLE:
        return Response(status_code=400)
    return to_starlette_response(await app.async_dispatch(request))
