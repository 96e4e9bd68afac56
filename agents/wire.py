"""What crosses a process: requests, progress events and answers, as frozen models.

Every model forbids unknown fields, so that a newer caller and an older callee disagree aloud. A request is one of
the union `Request`, told apart by `action`; what a runtime streams is one of `Progress`, told apart by `event`; an
answer is an `Envelope`. Lengths are characters, durations are seconds, offsets are bytes of the record file that the
driver wrapper writes on the cluster (opaque to everyone but `agents.cluster`).
"""

import base64
import hashlib
import json
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, field_validator

MAX_PROMPT_CHARACTERS = 12_000
"""A prompt longer than Slack's markdown block would not fit into the thread that it opens."""
MAX_CODE_BYTES = 1_048_576
"""1 MiB: far above any program a person reads, far below the 6 MB that an AgentCore gateway carries."""
MAX_FILE_NAME_CHARACTERS = 100
MAX_FILE_CHARACTERS = 4_000_000
"""Base64 of a file that a program saved: with 1 MiB of output beside it within the gateway's 6 MB."""

RunStatus = Literal[
    "pending",
    "running",
    "succeeded",
    "failed",
    "stopped",
    "timed_out",
    "output_limit",
    "could_not_start",
    "lost",
    "rejected",
]
"""The state of a job as the cluster room reports it; all but `pending` and `running` are final.

`rejected` means that nothing was executed: the code, the address or the policy forbade it.
"""
FINAL_STATUSES: frozenset[RunStatus] = frozenset(
    {"succeeded", "failed", "stopped", "timed_out", "output_limit", "could_not_start", "lost", "rejected"}
)

ErrorCode = Literal[
    "bad_request",
    "cancelled",
    "cluster_refused",
    "cluster_unreachable",
    "code_not_utf8",
    "code_too_large",
    "empty_code",
    "gateway_timeout",
    "gateway_unavailable",
    "hash_mismatch",
    "internal",
    "job_failed",
    "model_throttled",
    "model_unavailable",
    "no_code",
    "not_validated",
    "policy",
    "runtime_unavailable",
    "syntax",
]


class Wire(BaseModel):
    """The base of everything that crosses a process."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class WireError(Wire):
    """A failure that was anticipated.

    `message` is a whole sentence of ours for a person, says what to do, and never holds an exception's text.
    """

    code: ErrorCode
    message: str


def sha256_of(code: str) -> str:
    """The identity of a program: the SHA-256, in hex, of its UTF-8 bytes."""
    return hashlib.sha256(code.encode()).hexdigest()


# --- requests -------------------------------------------------------------------------------------------------------


class Generate(Wire):
    """Ask for code, or for a change of `code`, the thread's current program."""

    action: Literal["generate"] = "generate"
    prompt: str = Field(min_length=1, max_length=MAX_PROMPT_CHARACTERS)
    session_id: str
    ray_cluster_ip: str
    user_id: str = ""
    code: str | None = None


class Execute(Wire):
    """Run exactly `code`; a repeated `run_id` finds the job that the first one started."""

    action: Literal["execute"] = "execute"
    code: str
    code_sha256: str
    run_id: str
    session_id: str
    ray_cluster_ip: str
    user_id: str = ""
    wait_seconds: float = Field(default=10.0, ge=0, le=60)


class Follow(Wire):
    """Wait at most `wait_seconds` for more of a run that was started before; never starts one."""

    action: Literal["follow"] = "follow"
    run_id: str
    session_id: str
    ray_cluster_ip: str
    log_offset: int = Field(default=0, ge=0)
    wait_seconds: float = Field(default=10.0, ge=0, le=60)


class Stop(Wire):
    """Stop a run; a run that has ended stays as it ended."""

    action: Literal["stop"] = "stop"
    run_id: str
    session_id: str
    ray_cluster_ip: str
    user_id: str = ""


Request = Annotated[Generate | Execute | Follow | Stop, Field(discriminator="action")]
REQUEST: TypeAdapter[Generate | Execute | Follow | Stop] = TypeAdapter(Request)


class GenerateCode(Wire):
    """What the code-generation runtime is asked; `system_prompt` chooses the dialect (Ray's when left out)."""

    prompt: str = Field(min_length=1)
    system_prompt: str | None = None
    session_id: str | None = None


# --- what the cluster room answers ----------------------------------------------------------------------------------


class OutputFile(Wire):
    """A file that the program saved; `size` in bytes, `data` its content as base64.

    Without `data` it was left out: too large, one too many, or of no kind that is carried. The name is safe to show
    and to store under; the media type was decided by the content.
    """

    name: str = Field(min_length=1, max_length=MAX_FILE_NAME_CHARACTERS)
    media_type: str
    size: int = Field(ge=0)
    data: str | None = Field(default=None, max_length=MAX_FILE_CHARACTERS, repr=False)

    @field_validator("data")
    @classmethod
    def _is_base64(cls, data: str | None) -> str | None:
        base64.b64decode(data or "", validate=True)
        return data

    @property
    def content(self) -> bytes:
        """The bytes; none for a file that was left out."""
        return base64.b64decode(self.data or "")


class JobReport(Wire):
    """The answer of `validate_ray_code` and `stop_ray_job`.

    `output` is the user's own output that was printed since the caller's `log_offset`; `log_offset` is where the
    next call goes on. `code_sha256` is computed on the cluster over the file that the driver executed. `traceback`
    holds the user's frames only. `seconds` is the time from the driver's start to its end, or to now.
    `files` is what the program saved, told once it has ended; `more_files` counts those that are not even named.
    """

    status: RunStatus
    output: str = ""
    log_offset: int = 0
    error: WireError | None = None
    traceback: str | None = None
    exit_code: int | None = None
    job_id: str | None = None
    dashboard_url: str | None = None
    truncated: bool = False
    code_sha256: str | None = None
    seconds: float | None = None
    files: tuple[OutputFile, ...] = ()
    more_files: int = Field(default=0, ge=0)

    @property
    def final(self) -> bool:
        """Whether the job has ended, one way or another."""
        return self.status in FINAL_STATUSES


# --- what the code-gen runtime answers ------------------------------------------------------------------------------


class GeneratedCode(Wire):
    """A program with what a reader wants to know before it runs; `model` names what wrote it, for the card."""

    code: str
    title: str
    explanation: str = ""
    model: str
    offline: bool = False


# --- what the supervisor answers ------------------------------------------------------------------------------------


class Attempt(Wire):
    """One validation: how it ended, and after how long."""

    number: int
    status: RunStatus
    seconds: float
    error: str | None = None


class ValidatedCode(Wire):
    """A program that has run on the cluster without a failure, and what it printed there."""

    kind: Literal["validated"] = "validated"
    code: str
    code_sha256: str
    title: str
    explanation: str = ""
    model: str
    offline: bool = False
    ray_cluster_ip: str
    output: str
    files_saved: int = 0
    seconds: float
    attempts: tuple[Attempt, ...]


class UnvalidatedCode(Wire):
    """The last program that was tried, and why no attempt succeeded."""

    kind: Literal["unvalidated"] = "unvalidated"
    code: str
    code_sha256: str
    title: str
    model: str
    offline: bool = False
    ray_cluster_ip: str
    error: WireError
    output: str = ""
    traceback: str | None = None
    attempts: tuple[Attempt, ...]


class Reply(Wire):
    """Words instead of code: an explanation, a question back, or an honest «I cannot»."""

    kind: Literal["reply"] = "reply"
    text: str
    model: str
    offline: bool = False


Generation = Annotated[ValidatedCode | UnvalidatedCode | Reply, Field(discriminator="kind")]
GENERATION: TypeAdapter[ValidatedCode | UnvalidatedCode | Reply] = TypeAdapter(Generation)


# --- progress -------------------------------------------------------------------------------------------------------


class Writing(Wire):
    """The code-gen agent has been asked, for the `attempt`th time."""

    event: Literal["writing"] = "writing"
    attempt: int


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
    envelope: "Envelope"


class Envelope(Wire):
    """`{ok, result | error}`, sent with status 200: AgentCore drops the body of any other answer."""

    ok: bool
    result: dict[str, Any] | None = None
    error: WireError | None = None

    @classmethod
    def success(cls, result: Wire) -> "Envelope":
        """An answer that holds `result` as JSON values."""
        return cls(ok=True, result=result.model_dump(mode="json"))

    @classmethod
    def failure(cls, error: WireError) -> "Envelope":
        """An answer that says what went wrong."""
        return cls(ok=False, error=error)


Progress = Annotated[Writing | Validating | Repairing | Heartbeat | Finished, Field(discriminator="event")]
PROGRESS: TypeAdapter[Writing | Validating | Repairing | Heartbeat | Finished] = TypeAdapter(Progress)


def decode_answer(body: bytes) -> object:
    """The JSON value of an answer; a JSON-encoded string, as an older runtime returns, is decoded exactly once more.

    Raises ValueError when `body` is not JSON. A string that is not JSON itself comes back as it is: that is the
    older runtime's plain text, in which a backslash followed by an n is the user's own.
    """
    value = json.loads(body)
    if not isinstance(value, str):
        return value
    try:
        return json.loads(value)
    except ValueError:
        return value
