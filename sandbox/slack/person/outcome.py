"""What came of something that a person did, and what they see of it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from sandbox.slack.delivery import Envelope, EnvelopeKind, NotAcked
from sandbox.slack.model import Json
from sandbox.slack.platform import Platform

Status = Literal["acked", "operation_timeout", "dispatch_failed", "refused"]


TAKE_AN_ANSWER = (None, "view_submission", "block_suggestion")
"""The types of payload whose acknowledgement may carry one; a slash command has no type."""


@dataclass(frozen=True)
class Outcome:
    """`shown` is what Slack tells the person, None when it says nothing; `payload` is what the acknowledgement held.

    acked              the app answered in time
    operation_timeout  it did not; Slack says so, and the app may go on working
    dispatch_failed    it could not be reached, or answered with an error
    refused            Slack's client did not even ask it, or could not use its answer
    """

    status: Status
    shown: str | None = None
    payload: Mapping[str, Any] = field(default_factory=dict)

    @property
    def acked(self) -> bool:
        """Whether the app acknowledged in time."""
        return self.status == "acked"


async def delivered(platform: Platform, kind: EnvelopeKind, payload: Json) -> Outcome:
    """Deliver a command or an interaction once; Slack never repeats those."""
    envelope = Envelope(
        platform.ids.secret("envelope"), kind, payload, accepts_response=payload.get("type") in TAKE_AN_ANSWER
    )
    try:
        return Outcome("acked", payload=await platform.delivery.request(envelope))
    except NotAcked as failure:
        status: Status = "operation_timeout" if failure.reason == "timeout" else "dispatch_failed"
        return Outcome(status)
