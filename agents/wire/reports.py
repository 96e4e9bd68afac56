"""What the cluster room answers."""

from typing import Literal

from pydantic import Field

from agents.wire.base import Wire, WireError
from agents.wire.files import OutputFile
from agents.wire.grants import PolicyFinding

MAX_FINDINGS = 200
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
