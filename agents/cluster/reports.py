"""Pure: what Ray and the records say of a run, as a JobReport."""

import signal
import time
from typing import Any

from agents.cluster.errors import ClusterError
from agents.cluster.jobs import RayJob
from agents.cluster.records import Progress, Source
from agents.wire import JobReport, OutputPart, RunStatus, WireError

_SIGKILLED = frozenset({-9, 137})
_LOST_ERRORS = frozenset({"JOB_SUPERVISOR_ACTOR_DIED", "JOB_SUPERVISOR_ACTOR_UNKNOWN_FAILURE"})
_MOST_PARTS = 10_000
"""Of an answer that tells where each line comes from: beside 1 MiB of output it stays below what a gateway carries."""
_NOT_STARTED = {
    "RUNTIME_ENV_SETUP_FAILURE": "The cluster could not prepare the program's files or packages; the job's page on the "
    "Ray dashboard says which.",
    "JOB_SUPERVISOR_ACTOR_START_TIMEOUT": "The cluster had no room to start the program within 15 minutes; run it "
    "again when less is going on there.",
}
_KILLED = (
    "What watches over the program on the cluster was killed, and the program with it: by the program itself, or for "
    "lack of memory. What it printed last may be missing."
)
_UNKNOWN_WHEN_STOPPED = (
    "When it was stopped, the cluster knew nothing of it: it had not begun there, or the cluster was rebuilt since."
)
_NO_RECORD = "The program has ended well as far as Ray knows, but its record was removed: what it printed is not known."
_SENTENCES: dict[RunStatus, str] = {
    "timed_out": "The program ran until its deadline and was ended there; give it less to do, or raise the deadline.",
    "output_limit": "The program printed without end and was ended; have it print less.",
    "could_not_start": "The cluster could not start the program; the job's page on the Ray dashboard says why.",
    "lost": "The cluster lost this run: it was rebuilt, or the machine under it went away; run the program again.",
}


def running_report(progress: Progress, job: RayJob) -> JobReport:
    """A run that has not ended."""
    status: RunStatus = "running" if progress.started or job.status == "RUNNING" else "pending"
    report = _report(status, progress, seconds=_seconds_until_now(progress))
    return report.model_copy(update={"progress": progress.bars})


def exit_report(progress: Progress, end: dict[str, Any]) -> JobReport:
    """A run whose wrapper wrote down how it ended."""
    status, code = end["status"], end["code"]
    return _report(
        status,
        progress,
        seconds=end["t"],
        exit_code=code,
        traceback=end.get("traceback"),
        error=_error(status, code),
        notes=_left(end.get("left")),
    )


def ended_report(progress: Progress, job: RayJob, *, stopped: bool) -> JobReport:
    """A run that Ray has done with although its wrapper wrote no end: it was killed, or never started."""
    status = "stopped" if stopped else _status_without_exit(job, started=progress.started)
    error = _error(status, job.exit_code)
    if status == "failed" and job.exit_code in _SIGKILLED:
        error = WireError(code="job_failed", message=_KILLED)
    elif status == "could_not_start" and job.error_type in _NOT_STARTED:
        error = WireError(code="job_failed", message=_NOT_STARTED[job.error_type])
    notes = (_NO_RECORD,) if status == "succeeded" else ()
    return _report(status, progress, exit_code=job.exit_code, error=error, notes=notes)


def stopped_before_report(progress: Progress) -> JobReport:
    """A run that was stopped when the cluster knew nothing of it, and that can start there no more."""
    return _report("stopped", progress, notes=(_UNKNOWN_WHEN_STOPPED,))


def unanswered_report(submission_id: str, offset: int, error: ClusterError) -> JobReport:
    """A run that may be there, at a cluster that does not answer: no end, so that it goes on being followed."""
    return JobReport(status="running", log_offset=offset, job_id=submission_id, error=error.wire())


def lost_report(submission_id: str, offset: int) -> JobReport:
    """A run that the cluster does not know."""
    return JobReport(status="lost", log_offset=offset, job_id=submission_id, error=_error("lost", None))


def with_sources(report: JobReport, progress: Progress) -> JobReport:
    """The report with where each stretch of its output comes from; beyond 10,000 stretches that is not told."""
    parts: list[tuple[Source, int]] = []
    for text, source in zip(progress.output, progress.parts, strict=True):
        before = parts.pop()[1] if parts and parts[-1][0] == source else 0
        parts.append((source, before + len(text)))
    told = [OutputPart(characters=size, **source._asdict()) for source, size in parts[:_MOST_PARTS] if size]
    return report.model_copy(update={"parts": tuple(told)})


def _report(status: RunStatus, progress: Progress, **more: Any) -> JobReport:
    return JobReport(
        status=status,
        output=progress.text,
        log_offset=progress.offset,
        truncated=progress.truncated,
        code_sha256=progress.code_sha256,
        **more,
    )


def _seconds_until_now(progress: Progress) -> float | None:
    """By the two machines' clocks, and not less than the last record says."""
    if progress.last is None:
        return None
    since = float(progress.last["s"])
    return max(float(progress.last["t"]), round(time.time() - since, 3))


def _status_without_exit(job: RayJob, *, started: bool) -> RunStatus:
    if job.status == "STOPPED":
        return "stopped"
    if job.status == "SUCCEEDED":
        return "succeeded"
    if job.error_type in _LOST_ERRORS and started:
        return "lost"
    return "failed" if started else "could_not_start"


def _left(processes: object) -> tuple[str, ...]:
    """That the program had left processes behind, which end with it."""
    if not isinstance(processes, int) or processes < 1:
        return ()
    what = "A process that it had started was" if processes == 1 else f"{processes} processes that it had started were"
    return (f"{what} still running, and ended with it.",)


def _error(status: RunStatus, code: int | None) -> WireError | None:
    sentence = _failed(code) if status == "failed" else _SENTENCES.get(status)
    return WireError(code="job_failed", message=sentence) if sentence else None


def _failed(code: int | None) -> str:
    """What an exit code means; a negative one is a signal's number."""
    if code is not None and code < 0:
        name = signal.Signals(-code).name if -code in set(signal.Signals) else str(-code)
        return f"The program was ended by the signal {name}; a crash in native code or a lack of memory does that."
    return f"The program failed with exit code {1 if code is None else code}; its last lines say why."
