"""What crosses a process: requests, progress events and answers, as frozen models.

Every model forbids unknown fields, so that a newer caller and an older callee disagree aloud. A request is one of
the union `Request`, told apart by `action`; what a runtime streams is one of `Progress`, told apart by `event`; an
answer is an `Envelope`. Lengths are characters, durations are seconds, offsets are bytes of the record file that the
driver wrapper writes on the cluster (opaque to everyone but `agents.cluster`).
"""

import base64
import hashlib
import hmac
import json
import re
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, field_validator

MAX_PROMPT_CHARACTERS = 12_000
"""A prompt longer than Slack's markdown block would not fit into the thread that it opens."""
MAX_CODE_BYTES = 1_048_576
"""1 MiB: far above any program a person reads, far below the 6 MB that an AgentCore gateway carries."""
MAX_HISTORY_TURNS = 20
MAX_HISTORY_VERSIONS = 20
MAX_FILE_NAME_CHARACTERS = 100
MAX_FILE_CHARACTERS = 4_000_000
"""Base64 of a file that a program saved: with 1 MiB of output beside it within the gateway's 6 MB."""
MAX_APPROVERS = 10
MAX_FINDINGS = 200
APPROVAL_SECONDS = 1800
"""How long an approval lasts, and the longest that a grant may have to go."""
MIN_APPROVAL_KEY_BYTES = 32
"""As many as SHA-256 gives out: a shorter key would be the weakest part (RFC 2104, section 3)."""
MAX_INPUT_FILES = 20
MAX_INPUT_BYTES = 100 * 1024 * 1024 - 1
"""Of the files' package: Ray takes less than 100 MiB (`GCS_STORAGE_MAX_SIZE` in its `packaging.py`)."""
MAX_INPUT_NAME_BYTES = 200
"""In UTF-8; file systems take 255."""
INPUT_NAME = re.compile(r"[^\W_][\w .()+@,=-]*")
"""A name that is a file's in one directory everywhere, and that no shell, prompt or markup takes for something else."""

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
    "files_unavailable",
    "files_unreachable",
    "gateway_timeout",
    "gateway_unavailable",
    "hash_mismatch",
    "internal",
    "job_failed",
    "model_throttled",
    "model_unavailable",
    "needs_approval",
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


# --- what a thread has been about ----------------------------------------------------------------------------------


class PastTurn(Wire):
    """An earlier request of the thread and what became of it.

    `answer` is what the person was told in words, `version` the number of the program that the turn ended with.
    """

    prompt: str
    answer: str = ""
    version: int | None = None


class PastVersion(Wire):
    """A program that the thread has had; `failure` tells how it last failed, when it was validated or run."""

    number: int = Field(ge=1)
    title: str
    code: str
    validated: bool
    failure: str = ""


# --- approval -------------------------------------------------------------------------------------------------------


class PolicyFinding(Wire):
    """Why a program is not simply run: the line (0 for the whole program), the rule's name, a sentence for a person."""

    line: int = Field(ge=0)
    rule: str
    sentence: str


class Grant(Wire):
    """That the `approvers`, Slack user ids, allow one run of one program on one cluster.

    `expires_at` is in seconds since the epoch. `signature` binds it to the code, the cluster and the run that it comes
    with, which are therefore not repeated here: see `grant_signature`.
    """

    approvers: tuple[str, ...] = Field(min_length=1, max_length=MAX_APPROVERS)
    expires_at: int
    signature: str = Field(pattern=r"^[0-9a-f]{64}$", repr=False)


def grant_signature(
    key: str, *, code_sha256: str, cluster: str, run_id: str, approvers: tuple[str, ...], expires_at: int
) -> str:
    """What only the bot and the cluster's Lambda, who share `key`, can compute: an HMAC-SHA256 in hex.

    Over the canonical form of what was approved: a JSON array, so that no two different approvals read the same.
    """
    approved = ["raygen-grant-1", code_sha256, cluster, run_id, list(approvers), expires_at]
    canonical = json.dumps(approved, ensure_ascii=True, separators=(",", ":"))
    return hmac.new(key.encode(), canonical.encode(), hashlib.sha256).hexdigest()


# --- files for a program --------------------------------------------------------------------------------------------


class InputFiles(Wire):
    """Files for a program's working directory: one package in the operator's object store, by reference.

    `sha256` and `size` are those of the package, a zip; `names` those of the files in it. `url` is a presigned address
    from which the cluster room fetches it, good for a while; who has it can read the files.
    """

    sha256: str = Field(pattern=r"^[0-9a-f]{64}$")
    size: int = Field(gt=0, le=MAX_INPUT_BYTES)
    names: tuple[str, ...] = Field(min_length=1, max_length=MAX_INPUT_FILES)
    url: str = Field(min_length=1, max_length=8_000, repr=False)

    @field_validator("names")
    @classmethod
    def _are_plain(cls, names: tuple[str, ...]) -> tuple[str, ...]:
        plain = all(INPUT_NAME.fullmatch(name) and len(name.encode()) <= MAX_INPUT_NAME_BYTES for name in names)
        if not plain or len(set(names)) != len(names):
            raise ValueError("a file has no plain name, or two have the same")
        return names


class FileDescription(Wire):
    """What a writer of programs is told of a file; its words are data of whoever attached it.

    `size` is in bytes. A `table` has columns, separated by `delimiter`; a table or `text` has an `encoding` by Python's
    name, a number of `lines`, and its `beginning`. Long texts are cut.
    """

    name: str = Field(max_length=MAX_INPUT_NAME_BYTES)
    size: int = Field(ge=0)
    kind: Literal["table", "text", "other"] = "other"
    encoding: str | None = None
    delimiter: str | None = None
    columns: tuple[str, ...] = ()
    lines: int | None = None
    beginning: str = Field(default="", max_length=4_000)


# --- requests -------------------------------------------------------------------------------------------------------


class Generate(Wire):
    """Ask for code, or for a change of `code`, the thread's current program.

    `history` is the thread before this request, oldest first, and `versions` its programs, as whoever asks keeps them:
    data, and never more rights than the request itself has. `input_files` lie in the program's working directory when
    it is validated; `file_descriptions` are for its writer.
    """

    action: Literal["generate"] = "generate"
    prompt: str = Field(min_length=1, max_length=MAX_PROMPT_CHARACTERS)
    session_id: str
    ray_cluster_ip: str
    user_id: str = ""
    code: str | None = None
    history: tuple[PastTurn, ...] = Field(default=(), max_length=MAX_HISTORY_TURNS)
    versions: tuple[PastVersion, ...] = Field(default=(), max_length=MAX_HISTORY_VERSIONS)
    input_files: InputFiles | None = None
    file_descriptions: tuple[FileDescription, ...] = Field(default=(), max_length=MAX_INPUT_FILES)


class Validate(Wire):
    """Run a program that a person has given, once, as it is, and answer as for a generated one. No model is called."""

    action: Literal["validate"] = "validate"
    code: str = Field(min_length=1)
    title: str = Field(min_length=1)
    session_id: str
    ray_cluster_ip: str
    user_id: str = ""
    input_files: InputFiles | None = None


class Execute(Wire):
    """Run exactly `code`, with `input_files` in its directory; a repeated `run_id` finds the job of the first one.

    A program that needs approval is run with its `grant` alone.
    """

    action: Literal["execute"] = "execute"
    code: str
    code_sha256: str
    run_id: str
    session_id: str
    ray_cluster_ip: str
    user_id: str = ""
    wait_seconds: float = Field(default=10.0, ge=0, le=60)
    input_files: InputFiles | None = None
    grant: Grant | None = None


class Follow(Wire):
    """Wait at most `wait_seconds` for more of a run that was started before; never starts one.

    With `sources` the answer also tells where each line comes from, and holds Ray's own lines, which others leave out.
    """

    action: Literal["follow"] = "follow"
    run_id: str
    session_id: str
    ray_cluster_ip: str
    log_offset: int = Field(default=0, ge=0)
    wait_seconds: float = Field(default=10.0, ge=0, le=60)
    sources: bool = False


class Stop(Wire):
    """Stop a run, for `user_id`, who need not have started it; a run that has ended stays as it ended."""

    action: Literal["stop"] = "stop"
    run_id: str
    session_id: str
    ray_cluster_ip: str
    user_id: str = ""


class Describe(Wire):
    """Ask what a cluster has and how much of it is in use. No model is called, and nothing is started."""

    action: Literal["describe"] = "describe"
    session_id: str
    ray_cluster_ip: str


Request = Annotated[Generate | Validate | Execute | Follow | Stop | Describe, Field(discriminator="action")]
REQUEST: TypeAdapter[Generate | Validate | Execute | Follow | Stop | Describe] = TypeAdapter(Request)


class GenerateCode(Wire):
    """What the code-generation runtime is asked.

    `system_prompt` is `ray` (the default) or `spark` for a prompt that ships with the runtime, else the whole system
    prompt itself. `facts` are added to a shipped prompt. With `progress` the answer is a stream of Drafting, Waiting
    and Heartbeat that ends with Finished, else one Envelope.
    """

    prompt: str = Field(min_length=1)
    system_prompt: str | None = None
    session_id: str | None = None
    facts: str = Field(default="", max_length=20_000)
    progress: bool = False


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


class OutputPart(Wire):
    """A stretch of the output: that many `characters`, of the driver or, with a `pid`, of a worker.

    `name` is the worker's task or actor, `ip` its node, as Ray and the program say. The stream `ray` holds Ray's own
    lines.
    """

    characters: int = Field(ge=1)
    stream: Literal["stdout", "stderr", "ray"]
    pid: str | None = None
    name: str | None = None
    ip: str | None = None


class JobReport(Wire):
    """The answer of `validate_ray_code` and `stop_ray_job`.

    `output` is the user's own output that was printed since the caller's `log_offset`; `log_offset` is where the
    next call goes on. `code_sha256` is computed on the cluster over the file that the driver executed. `traceback`
    holds the user's frames only. `seconds` is the time from the driver's start to its end, or to now.
    `files` is what the program saved, told once it has ended; `more_files` counts those that are not even named.
    `notes` are whole sentences of ours: what a run waits for, what it has left behind. `progress` is the present state
    of its progress bars, a line each; None when there is no news of them. `parts` is there for who asked for sources.
    `findings` are what the policy has against a program that was therefore not run.
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
    notes: tuple[str, ...] = ()
    progress: str | None = None
    parts: tuple[OutputPart, ...] = ()
    findings: tuple[PolicyFinding, ...] = Field(default=(), max_length=MAX_FINDINGS)

    @property
    def final(self) -> bool:
        """Whether the job has ended, one way or another."""
        return self.status in FINAL_STATUSES


class ClusterHealth(Wire):
    """What a cluster says of itself: its living `nodes`, their CPUs and GPUs, and the `jobs` that run on it.

    What is in use is None where Ray does not tell. Warm drivers that wait for a run are no jobs.
    """

    nodes: int = Field(ge=0)
    cpus: float = Field(ge=0)
    gpus: float = Field(ge=0)
    cpus_used: float | None = Field(default=None, ge=0)
    gpus_used: float | None = Field(default=None, ge=0)
    jobs: int = Field(ge=0)


class ClusterReport(Wire):
    """The answer of `describe_ray_cluster`: how the cluster is, or why nobody can say."""

    health: ClusterHealth | None = None
    error: WireError | None = None


# --- what the code-gen runtime answers ------------------------------------------------------------------------------


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


# --- what the supervisor answers ------------------------------------------------------------------------------------


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


# --- progress -------------------------------------------------------------------------------------------------------


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
    envelope: "Envelope"


class Usage(Wire):
    """What the language models of an answer took, in tokens and US dollars.

    Tokens are counted as the provider counts them (OpenAI's input includes what came from its cache, Anthropic's does
    not). `cost_usd` is None when the price of one of the models is not known.
    """

    model_calls: int = 0
    input_tokens: int = 0
    output_tokens: int = 0
    cache_read_tokens: int = 0
    cache_write_tokens: int = 0
    cost_usd: float | None = 0.0

    def __add__(self, other: "Usage") -> "Usage":
        """Both together."""
        costs = (self.cost_usd, other.cost_usd)
        return Usage(
            model_calls=self.model_calls + other.model_calls,
            input_tokens=self.input_tokens + other.input_tokens,
            output_tokens=self.output_tokens + other.output_tokens,
            cache_read_tokens=self.cache_read_tokens + other.cache_read_tokens,
            cache_write_tokens=self.cache_write_tokens + other.cache_write_tokens,
            cost_usd=None if None in costs else sum(cost or 0.0 for cost in costs),
        )


class Envelope(Wire):
    """`{ok, result | error}`, sent with status 200: AgentCore drops the body of any other answer.

    `usage` tells what models took for it, also for a failure; None where none was called.
    """

    ok: bool
    result: dict[str, Any] | None = None
    error: WireError | None = None
    usage: Usage | None = None

    @classmethod
    def success(cls, result: Wire) -> "Envelope":
        """An answer that holds `result` as JSON values."""
        return cls(ok=True, result=result.model_dump(mode="json"))

    @classmethod
    def failure(cls, error: WireError) -> "Envelope":
        """An answer that says what went wrong."""
        return cls(ok=False, error=error)


Step = Writing | Drafting | Waiting | Validating | Repairing
"""What is told while an answer is being made."""
Progress = Annotated[Step | Heartbeat | Finished, Field(discriminator="event")]
PROGRESS: TypeAdapter[Step | Heartbeat | Finished] = TypeAdapter(Progress)


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
