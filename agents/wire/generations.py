"""What comes of a request for code."""

from typing import Annotated, Literal

from pydantic import Field, TypeAdapter

from agents.wire.base import Wire, WireError
from agents.wire.grants import PolicyFinding
from agents.wire.reports import MAX_FINDINGS, RunStatus


class GeneratedCode(Wire):
    """A program with what a reader wants to know before it runs; `model` names what wrote it, for the card.

    `assumptions` are what the writer decided where the request left it open, `packages` the distributions that the
    program needs beside Ray, `prints` what it will print, in words. `prompt_version` names the system prompt that
    shipped with the runtime, such as `ray/2`; it is empty for a caller's own.
    """

    code: str
    title: str
    explanation: str = ""
    assumptions: tuple[str, ...] = ()
    packages: tuple[str, ...] = ()
    prints: str = ""
    prompt_version: str = ""
    model: str
    offline: bool = False


class Attempt(Wire):
    """One validation: how it ended, and after how long; `tried` is what the writer was asked for, in a line."""

    number: int
    status: RunStatus
    seconds: float
    error: str | None = None
    tried: str = ""


class ValidatedCode(Wire):
    """A program that has run on the cluster without a failure, and what it printed there."""

    kind: Literal["validated"] = "validated"
    code: str
    code_sha256: str
    title: str
    explanation: str = ""
    assumptions: tuple[str, ...] = ()
    packages: tuple[str, ...] = ()
    prints: str = ""
    model: str
    offline: bool = False
    ray_cluster_ip: str
    output: str
    files_saved: int = 0
    seconds: float
    attempts: tuple[Attempt, ...]


class UnvalidatedCode(Wire):
    """The last program that was tried, and why no attempt succeeded.

    With the error `needs_approval` it was not run, and waits for a person: `findings` say why.
    """

    kind: Literal["unvalidated"] = "unvalidated"
    code: str
    code_sha256: str
    title: str
    explanation: str = ""
    assumptions: tuple[str, ...] = ()
    packages: tuple[str, ...] = ()
    model: str
    offline: bool = False
    ray_cluster_ip: str
    error: WireError
    output: str = ""
    traceback: str | None = None
    attempts: tuple[Attempt, ...]
    findings: tuple[PolicyFinding, ...] = Field(default=(), max_length=MAX_FINDINGS)

    @property
    def needs_approval(self) -> bool:
        """Whether a second person may have it run as it is."""
        return self.error.code == "needs_approval"


class Reply(Wire):
    """Words instead of code: an explanation, a question back, or an honest «I cannot»."""

    kind: Literal["reply"] = "reply"
    text: str
    model: str
    offline: bool = False


Generation = Annotated[ValidatedCode | UnvalidatedCode | Reply, Field(discriminator="kind")]
GENERATION: TypeAdapter[ValidatedCode | UnvalidatedCode | Reply] = TypeAdapter(Generation)
