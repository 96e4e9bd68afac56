"""Pure: a failed job, put into words: one line for a card, the whole of it for whoever repairs the program."""

from agents.wire import FINAL_STATUSES, ErrorCode, JobReport, RunStatus, WireError

MAX_TRACEBACK = 4_000
MAX_OUTPUT_TAIL = 2_000
MAX_LINE = 300

NOT_THE_PROGRAMS: frozenset[ErrorCode] = frozenset(
    {"bad_request", "cluster_refused", "cluster_unreachable", "internal"}
)

SAID: dict[RunStatus, str] = {
    "failed": "The program failed.",
    "stopped": "The program was stopped.",
    "timed_out": "The program ran out of time.",
    "output_limit": "The program printed more than it may.",
    "could_not_start": "The cluster could not start the program.",
    "lost": "The cluster lost the job.",
    "rejected": "The program was not run.",
}


def in_one_line(report: JobReport) -> str:
    """What went wrong: the exception's line, else the cluster's sentence, else the status in words."""
    lines = (report.traceback or "").strip().splitlines()
    if lines:
        return lines[-1].strip()[:MAX_LINE]
    if report.error is not None:
        return report.error.message[:MAX_LINE]
    return SAID.get(report.status, f"The job ended as {report.status}.")


def in_full(report: JobReport) -> str:
    """What a repair needs: status, sentence, the user's frames, and the end of the output."""
    parts = [SAID.get(report.status, f"The job ended as {report.status}.")]
    if report.error is not None:
        parts.append(report.error.message)
    if report.traceback:
        parts.append(f"Traceback, the program's own frames:\n{report.traceback.strip()[-MAX_TRACEBACK:]}")
    if report.output.strip():
        parts.append(f"The last lines that it printed:\n{report.output.rstrip()[-MAX_OUTPUT_TAIL:]}")
    return "\n\n".join(parts)


def is_the_programs(report: JobReport) -> bool:
    """Whether another program could do better: not when the cluster refused, was out of reach, or lost the job."""
    if report.status not in FINAL_STATUSES or report.status in {"stopped", "lost"}:
        return False
    return report.error is None or report.error.code not in NOT_THE_PROGRAMS


def error_of(report: JobReport) -> WireError:
    """The failure as it crosses the wire: the cluster's own error, else our sentence for the status."""
    return report.error or WireError(code="job_failed", message=SAID.get(report.status, SAID["failed"]))
