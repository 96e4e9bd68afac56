"""Whether a request is Slack's: its timestamp, and its v0 signature over the bytes of the body. Pure.

https://docs.slack.dev/authentication/verifying-requests-from-slack
"""

import hashlib
import hmac
import re
from collections.abc import Sequence
from dataclasses import dataclass

WINDOW_SECONDS = 300
"""How far a timestamp may be off in either direction, as Slack recommends it."""
_TIMESTAMP = re.compile(r"[0-9]{10}")
_SIGNATURE = re.compile(r"v0=[0-9a-f]{64}")


class Unverified(Exception):
    """Nothing shows that the request is Slack's. Why not is for nobody outside to know."""


@dataclass(frozen=True)
class Claim:
    """What the headers say, in a shape that can be checked."""

    timestamp: str
    signature: str

    @property
    def expires(self) -> int:
        """From when on (Unix time) no request with this timestamp is verified any more."""
        return int(self.timestamp) + WINDOW_SECONDS


def claimed(timestamps: Sequence[str], signatures: Sequence[str], now: float) -> Claim:
    """The claim in the values of both headers, before any of the body is read. Raises Unverified.

    A header that comes twice is refused: two readers of one request must not see two values.
    """
    if len(timestamps) != 1 or len(signatures) != 1:
        raise Unverified
    claim = Claim(timestamps[0], signatures[0])
    if not _TIMESTAMP.fullmatch(claim.timestamp) or not _SIGNATURE.fullmatch(claim.signature):
        raise Unverified
    if abs(now - int(claim.timestamp)) > WINDOW_SECONDS:
        raise Unverified
    return claim


def verify(claim: Claim, body: bytes, secret: str) -> None:
    """Do nothing if whoever signed the claim knows the signing secret and meant this body. Raises Unverified."""
    if not hmac.compare_digest(signature(claim.timestamp, body, secret), claim.signature):
        raise Unverified


def signature(timestamp: str, body: bytes, secret: str) -> str:
    """The v0 signature."""
    signed = b":".join((b"v0", timestamp.encode(), body))
    return f"v0={hmac.new(secret.encode(), signed, hashlib.sha256).hexdigest()}"
