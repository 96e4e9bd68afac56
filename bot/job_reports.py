"""What a report of the supervisor's means for a run: pure."""

from agents.wire import JobReport, WireError
from bot.errors import SupervisorFailed
from bot.store.models import CodeVersion, Run

RETRIED = frozenset(
    {"gateway_timeout", "gateway_unavailable", "runtime_unavailable", "cluster_unreachable", "files_unreachable"}
)
"""Failures of the way to the cluster, not of the run: the same call may be repeated."""
REFUSALS = frozenset(
    {"bad_request", "code_not_utf8", "code_too_large", "empty_code", "hash_mismatch", "policy", "syntax"}
)
"""The supervisor's answers that mean: looked at, and not executed."""


def continued(report: JobReport, run: Run) -> JobReport:
    """A report without news of the progress bars leaves them as they were."""
    if report.final or report.progress is not None:
        return report
    return report.model_copy(update={"progress": (run.report or {}).get("progress")})


def failed(failure: SupervisorFailed, *, submitted: bool) -> JobReport:
    """A refusal is an end only where nothing can have been executed; any other failure is silence."""
    if failure.code in REFUSALS and not submitted:
        return JobReport(status="rejected", error=WireError(code="bad_request", message=failure.sentence))
    return JobReport(status="running", error=WireError(code="runtime_unavailable", message=failure.sentence))


def is_silence(report: JobReport) -> bool:
    """Whether the report tells only that somebody on the way did not answer: the same call may be repeated."""
    if report.error is None:
        return False
    return not report.final or (report.status == "rejected" and report.error.code in RETRIED)


def judged(report: JobReport, version: CodeVersion, *, timed_out: bool) -> JobReport:
    """The report, unless it tells of another program than the one that was meant, or of a stop by the deadline."""
    if report.code_sha256 not in {None, version.sha256}:
        message = "The cluster executed something else than this code, so its output is not shown. Press Rerun."
        error = WireError(code="hash_mismatch", message=message)
        return JobReport(status="failed", error=error, job_id=report.job_id, dashboard_url=report.dashboard_url)
    if timed_out and report.status == "stopped":
        message = "It reached its time limit, so I stopped it. Make it faster, or ask for a longer limit."
        return report.model_copy(update={"status": "timed_out", "error": WireError(code="job_failed", message=message)})
    return report


def given_up(run: Run, sentence: str, silence: float) -> JobReport:
    """The end of a run of which nothing was heard for `silence` seconds; `sentence` says what did not answer."""
    if run.submitted:
        message = f"{sentence} I have heard nothing of this job for {silence:.0f} s and do not know how it ended."
        return JobReport(status="lost", error=WireError(code="internal", message=message), log_offset=run.log_offset)
    message = f"{sentence} I tried for {silence:.0f} s; as far as I know the program has not started."
    return JobReport(status="could_not_start", error=WireError(code="cluster_unreachable", message=message))
