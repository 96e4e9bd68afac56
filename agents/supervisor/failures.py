"""Pure: a failed job, put into words: one line for a card, the whole of it for whoever repairs the program."""

import re
from dataclasses import dataclass

from agents.wire import FINAL_STATUSES, ErrorCode, JobReport, RunStatus, WireError

MAX_TRACEBACK = 4_000
MAX_OUTPUT_TAIL = 2_000
MAX_LINE = 300
SEARCHED = 20_000
"""Characters of a traceback's end in which the failing line is looked for."""

NOT_THE_PROGRAMS: frozenset[ErrorCode] = frozenset(
    {
        "bad_request",
        "cluster_refused",
        "cluster_unreachable",
        "files_unavailable",
        "files_unreachable",
        "internal",
        "needs_approval",
    }
)
"""Failures that no other program would mend. Approval is one: a person decides whether it may be run as it is.

Where nobody can approve, the cluster room says `policy` instead, and writing the program otherwise is all that helps.
"""

SAID: dict[RunStatus, str] = {
    "failed": "The program failed.",
    "stopped": "The program was stopped.",
    "timed_out": "The program ran out of time.",
    "output_limit": "The program printed more than it may.",
    "could_not_start": "The cluster could not start the program.",
    "lost": "The cluster lost the job.",
    "rejected": "The program was not run.",
}

_FRAME = re.compile(r'^[ \t]*File "(?:[^"\n]*/)?(?P<file>[^"/\n]+)", line (?P<line>\d{1,7})', re.MULTILINE)
_PROGRAM = "program.py"
"""What the program is called on the cluster."""
_CHANGING = re.compile(r"0x[0-9a-fA-F]+|\b[0-9a-f]{32,}\b|\bpid=\d+|\bip=[\d.]+|\b\d+(?:\.\d+)?\s?(?:s|ms|seconds)\b")
"""Parts of an error's line that differ from run to run: addresses, Ray's ids, processes, times."""


@dataclass(frozen=True)
class FailingLine:
    """A line of the program, counted from 1."""

    number: int
    text: str


def failing_line(traceback: str, code: str) -> FailingLine | None:
    """The line of the program in which the innermost of its frames stands; None when the traceback names none."""
    lines = code.splitlines()
    frames = [(found["file"], int(found["line"])) for found in _FRAME.finditer(traceback[-SEARCHED:])]
    numbers = [number for file, number in frames if file == _PROGRAM] or [number for _, number in frames]
    inside = [number for number in numbers if 1 <= number <= len(lines)]
    return FailingLine(inside[-1], lines[inside[-1] - 1].strip()[:MAX_LINE]) if inside else None


def in_one_line(report: JobReport) -> str:
    """What went wrong: the exception's line, else the cluster's sentence, else the status in words."""
    lines = (report.traceback or "").strip().splitlines()
    if lines:
        return lines[-1].strip()[:MAX_LINE]
    if report.error is not None:
        return report.error.message[:MAX_LINE]
    return SAID.get(report.status, f"The job ended as {report.status}.")


def in_full(report: JobReport, code: str) -> str:
    """What a repair needs: status, sentence, the failing line of `code`, its own frames, the end of the output."""
    parts = [SAID.get(report.status, f"The job ended as {report.status}.")]
    if report.error is not None:
        parts.append(report.error.message)
    parts += _where(report.traceback or "", code)
    if report.traceback:
        parts.append(f"Traceback, the program's own frames:\n{report.traceback.strip()[-MAX_TRACEBACK:]}")
    if report.output.strip():
        parts.append(f"The last lines that it printed:\n{report.output.rstrip()[-MAX_OUTPUT_TAIL:]}")
    return "\n\n".join(parts)


def with_its_line(failure: str, code: str) -> str:
    """A failure of an earlier turn, bounded, with the failing line of `code` in front of it."""
    return "\n\n".join([*_where(failure, code), failure.strip()[-MAX_TRACEBACK:]])


def _where(traceback: str, code: str) -> list[str]:
    line = failing_line(traceback, code)
    return [f"It failed in line {line.number} of the program:\n{line.number} | {line.text}"] if line else []


def is_same_error(one: str | None, other: str | None) -> bool:
    """Whether two errors' lines say the same, apart from what changes with every run."""
    if one is None or other is None:
        return False
    return _CHANGING.sub("", one) == _CHANGING.sub("", other)


def is_the_programs(report: JobReport) -> bool:
    """Whether another program could do better: not when the cluster refused, was out of reach, or lost the job."""
    if report.status not in FINAL_STATUSES or report.status in {"stopped", "lost"}:
        return False
    return report.error is None or report.error.code not in NOT_THE_PROGRAMS


def error_of(report: JobReport) -> WireError:
    """The failure as it crosses the wire: the cluster's own error, else our sentence for the status."""
    return report.error or WireError(code="job_failed", message=SAID.get(report.status, SAID["failed"]))
