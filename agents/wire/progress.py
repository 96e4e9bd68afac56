"""What a runtime streams while it works, up to the answer."""

from typing import Annotated, Literal

from pydantic import Field, TypeAdapter

from agents.wire.base import Wire
from agents.wire.envelopes import Envelope


class Writing(Wire):
    """The code-gen agent has been asked, for the `attempt`th time."""

    event: Literal["writing"] = "writing"
    attempt: int


class Drafting(Wire):
    """The program as far as it is written: how many lines, and the last of them."""

    event: Literal["drafting"] = "drafting"
    lines: int = Field(ge=1)
    tail: str


class Waiting(Wire):
    """A model's provider turns requests away; the next try comes, `seconds` after the first, with `model`."""

    event: Literal["waiting"] = "waiting"
    seconds: float
    model: str


class Validating(Wire):
    """The program is being run on the cluster."""

    event: Literal["validating"] = "validating"
    attempt: int
    attempts: int


class Repairing(Wire):
    """An attempt failed and the code-gen agent gets the traceback; `error` is its last line."""

    event: Literal["repairing"] = "repairing"
    attempt: int
    attempts: int
    error: str


class Heartbeat(Wire):
    """Still at work, `seconds` after the beginning: sent so that no hop takes the silence for death."""

    event: Literal["heartbeat"] = "heartbeat"
    seconds: float


class Finished(Wire):
    """The last event of a stream: the answer."""

    event: Literal["finished"] = "finished"
    envelope: Envelope


Step = Writing | Drafting | Waiting | Validating | Repairing
"""What is told while an answer is being made."""
Progress = Annotated[Step | Heartbeat | Finished, Field(discriminator="event")]
PROGRESS: TypeAdapter[Step | Heartbeat | Finished] = TypeAdapter(Progress)
