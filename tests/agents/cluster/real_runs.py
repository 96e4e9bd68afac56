"""Runs on a real head, past the handler and its policy: what a program does that got there."""

import uuid
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from threading import Event

from agents.cluster.errors import UnknownOutcomeError
from agents.cluster.jobs import RayJobs
from agents.cluster.runs import Run
from agents.wire import JobReport
from sandbox.ray_head import RayHead

_SUBMISSIONS = 5


@contextmanager
def started(
    head: RayHead, code: str, *, seconds: float = 120, limit: int = 1 << 20, patience: float = 60
) -> Iterator[Run]:
    """A run of the program, which is stopped when the block ends."""
    with RayJobs(head.dashboard_url, head.token) as jobs:
        run = Run(jobs, uuid.uuid4().hex, patience=patience)
        submitted(run, code, seconds=seconds, limit=limit)
        try:
            yield run
        finally:
            run.stop()


def submitted(run: Run, code: str, *, seconds: float = 120, limit: int = 1 << 20) -> None:
    """Submit until the cluster has the run, as whoever follows it would: a busy head may leave that open."""
    for _ in range(_SUBMISSIONS):
        with suppress(UnknownOutcomeError):
            run.submit(code.encode(), seconds=seconds, limit=limit)
            return
    raise AssertionError("the cluster does not say whether it took the program")


def to_the_end(run: Run) -> tuple[JobReport, str]:
    """The final report, and all that the program printed."""
    report = run.follow(0, 5)
    output = report.output
    while not report.final:
        report = run.follow(report.log_offset, 5)
        output += report.output
    return report, output


def ended(head: RayHead, code: str, *, seconds: float = 120, limit: int = 1 << 20) -> tuple[JobReport, str]:
    """The final report of a program, and all that it printed."""
    with started(head, code, seconds=seconds, limit=limit) as run:
        return to_the_end(run)


def until_printed(run: Run, text: str) -> JobReport:
    """The report of the call that brought `text`."""
    report = run.follow(0, 5)
    while text not in report.output:
        assert not report.final, report
        report = run.follow(report.log_offset, 5)
    return report


def until_noted(run: Run, text: str) -> str:
    """The first note with `text` about a run that goes on; on a busy machine another may come before it."""
    report = run.follow(0, 1)
    while not any(text in note for note in report.notes):
        assert not report.final, report
        report = run.follow(report.log_offset, 1)
    return next(note for note in report.notes if text in note)


def gone(pids: str) -> bool:
    """Whether none of these processes is there any more, or is only waiting to be noticed; at most 5 s later."""
    for _ in range(50):
        if not any(map(_lives, pids.split())):
            return True
        Event().wait(0.1)
    return False


def _lives(pid: str) -> bool:
    try:
        return Path(f"/proc/{int(pid)}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False
