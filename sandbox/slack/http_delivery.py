"""HTTP mode: the same envelopes as signed requests to the app's request URL.

https://docs.slack.dev/authentication/verifying-requests-from-slack for the signature,
https://docs.slack.dev/apis/events-api#errors for the retry headers.
"""

import hashlib
import hmac
import json
from dataclasses import dataclass
from urllib.parse import urlencode

import aiohttp

from sandbox.slack.clock import Clock
from sandbox.slack.delivery import Envelope, NotAcked
from sandbox.slack.model import Json

HTTP_OK = 200
FORM = "application/x-www-form-urlencoded"
REASONS = {"timeout": "http_timeout"}
"""Slack's words for the reason differ between Socket Mode and HTTP."""


def signature(secret: str, timestamp: str, body: bytes) -> str:
    """The v0 signature of a request."""
    base = b":".join((b"v0", timestamp.encode(), body))
    return f"v0={hmac.new(secret.encode(), base, hashlib.sha256).hexdigest()}"


@dataclass
class HttpTransport:
    """Posts to one URL for everything, as most apps configure it."""

    url: str
    signing_secret: str
    clock: Clock

    async def deliver(self, envelope: Envelope) -> Json:
        """Post `envelope`; anything but HTTP 200 is no acknowledgement."""
        body, content_type = _encoded(envelope)
        try:
            async with (
                aiohttp.ClientSession() as session,
                session.post(self.url, data=body, headers=self._headers(envelope, body, content_type)) as response,
            ):
                return _payload(response.status, await response.text())
        except aiohttp.ClientError:
            raise NotAcked("connection_failed") from None

    async def confirm(self, word: str) -> None:
        """Ask the URL for `word`, as Slack does before it takes a request URL; raises `NotAcked`.

        https://docs.slack.dev/reference/events/url_verification
        """
        asked = {"type": "url_verification", "token": "verification-token-of-the-sandbox", "challenge": word}
        answer = await self.deliver(Envelope("", "events_api", asked, accepts_response=True))
        if word not in answer.values():
            raise NotAcked("http_error")

    def _headers(self, envelope: Envelope, body: bytes, content_type: str) -> dict[str, str]:
        timestamp = str(int(self.clock.now()))
        headers = {
            "Content-Type": content_type,
            "X-Slack-Request-Timestamp": timestamp,
            "X-Slack-Signature": signature(self.signing_secret, timestamp, body),
        }
        if envelope.retry_attempt:
            reason = envelope.retry_reason or ""
            headers |= {
                "X-Slack-Retry-Num": str(envelope.retry_attempt),
                "X-Slack-Retry-Reason": REASONS.get(reason, reason),
            }
        return headers


def _encoded(envelope: Envelope) -> tuple[bytes, str]:
    if envelope.kind == "events_api":
        return json.dumps(envelope.payload).encode(), "application/json"
    if envelope.kind == "slash_commands":
        return urlencode(envelope.payload).encode(), FORM
    return urlencode({"payload": json.dumps(envelope.payload)}).encode(), FORM


def _payload(status: int, text: str) -> Json:
    if status != HTTP_OK:
        raise NotAcked("http_error")
    if not text:
        return {}
    try:
        decoded = json.loads(text)
    except ValueError:
        return {"text": text}
    return decoded if isinstance(decoded, dict) else {"text": text}
