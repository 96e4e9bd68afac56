"""From Slack to the app: an envelope goes out, an acknowledgement has to come back in time."""

import asyncio
from dataclasses import dataclass
from typing import Literal, Protocol

from sandbox.slack.clock import Clock
from sandbox.slack.model import Json

EnvelopeKind = Literal["events_api", "slash_commands", "interactive"]


@dataclass(frozen=True)
class Envelope:
    """What is delivered; `retry_attempt` and `retry_reason` are set for events only.

    A first delivery carries attempt 0, as Socket Mode has been seen to do.
    """

    id: str
    kind: EnvelopeKind
    payload: Json
    accepts_response: bool
    retry_attempt: int | None = None
    retry_reason: str | None = None

    def as_json(self) -> Json:
        """The envelope as Socket Mode sends it, https://docs.slack.dev/apis/events-api/using-socket-mode."""
        body: Json = {
            "envelope_id": self.id,
            "type": self.kind,
            "payload": self.payload,
            "accepts_response_payload": self.accepts_response,
        }
        if self.retry_attempt is not None:
            body |= {"retry_attempt": self.retry_attempt, "retry_reason": self.retry_reason or ""}
        return body


class NotAcked(Exception):
    """No acknowledgement came; `reason` is Slack's word for why (timeout, connection_failed, http_error)."""

    def __init__(self, reason: str) -> None:
        self.reason = reason
        super().__init__(reason)


class Transport(Protocol):
    """A way to the app: Socket Mode or signed HTTP requests."""

    async def deliver(self, envelope: Envelope) -> Json:
        """Send it and return what the acknowledgement carried; raises `NotAcked` when it cannot be sent."""
        ...


class Tap(Protocol):
    """Somebody who looks on, whichever the transport is."""

    async def carry(self, transport: Transport, envelope: Envelope) -> Json:
        """Deliver `envelope` over `transport`, and return or raise what that does."""
        ...


@dataclass
class Delivery:
    """Sends envelopes over `transport`, past a `tap`, and holds the app to the deadline of `ack_seconds`."""

    transport: Transport
    clock: Clock
    ack_seconds: float
    tap: Tap | None = None

    async def request(self, envelope: Envelope) -> Json:
        """The payload of the acknowledgement, {} for a bare one; raises `NotAcked`."""
        answer = asyncio.ensure_future(self._carried(envelope))
        deadline = asyncio.ensure_future(self.clock.sleep(self.ack_seconds))
        try:
            await asyncio.wait({answer, deadline}, return_when=asyncio.FIRST_COMPLETED)
            if answer.done():
                return answer.result()
            raise NotAcked("timeout")
        finally:
            answer.cancel()
            deadline.cancel()
            await asyncio.gather(answer, deadline, return_exceptions=True)

    async def _carried(self, envelope: Envelope) -> Json:
        if self.tap is not None:
            return await self.tap.carry(self.transport, envelope)
        return await self.transport.deliver(envelope)
