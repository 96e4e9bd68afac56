"""A run on a cluster: submitted once, followed by offset, stopped."""

import hashlib
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from agents.cluster.errors import (
    ClusterError,
    JobExistsError,
    UnknownOutcomeError,
    UnreachableError,
)
from agents.cluster.jobs import RayJob, RayJobs
from agents.cluster.package import DRIVER, driver_package, stopper_package
from agents.cluster.records import Progress, reaches_back_to
from agents.cluster.reports import ended_report, exit_report, running_report
from agents.wire import JobReport

_POLL_SECONDS = 0.1
_STATUS_SECONDS = 0.5
_LINGER_SECONDS = 1.0
"""How long to wait for the end after new output: a short program is answered in one call."""
_SUBMIT_ATTEMPTS = 3
_STOP_SECONDS = 6.0
"""Ray gives a program 3 s between SIGTERM and SIGKILL."""
_PENDING_SECONDS = 1.0
_TAILS = (8, 64, 1024, -1)
"""How many lines of the record file's end are asked for, until they reach back to what was read before."""


@dataclass(frozen=True)
class Run:
    """One run on one cluster; `pause` waits, and is a parameter for tests' sake."""

    jobs: RayJobs
    run_id: str
    pause: Callable[[float], object] = time.sleep  # noqa: TID251  # the Lambda has nothing else to do meanwhile

    @property
    def submission_id(self) -> str:
        """The job's name at Ray."""
        return f"raygen-{self.run_id}"

    @property
    def stop_id(self) -> str:
        """The name of the job that ends this one while it waits for its start; its existence says that it was ended."""
        return f"raygen-stop-{hashlib.sha256(self.run_id.encode()).hexdigest()[:32]}"

    def submit(self, program: bytes, *, seconds: float, limit: int) -> None:
        """Start the run unless an earlier attempt did.

        Raises UnknownOutcomeError when it may have been started, another ClusterError when this call did not start it.
        """
        package = driver_package(program)
        self.jobs.put_package(package)
        entrypoint = f"python -m {DRIVER} --seconds {seconds:g} --limit {limit:d}"
        for _ in range(_SUBMIT_ATTEMPTS):
            try:
                self.jobs.submit(self.submission_id, entrypoint, package.uri)
            except JobExistsError:
                return
            except UnreachableError:
                if self._is_there(self.submission_id):
                    return
                self.pause(_POLL_SECONDS)
            else:
                return
        raise UnknownOutcomeError("The cluster did not say whether it took the program; it is being looked for.")

    def _is_there(self, submission_id: str) -> bool:
        try:
            self.jobs.job(submission_id)
        except ClusterError:
            return False
        return True

    def follow(self, offset: int, wait_seconds: float) -> JobReport:
        """Wait at most `wait_seconds` for new output or the end.

        Raises NoSuchJobError when the cluster does not know the run.
        """
        progress = Progress(offset)
        job = self.jobs.job(self.submission_id)
        until = time.monotonic() + wait_seconds
        for look_at_job in self._ticks():
            if look_at_job or job.node_id is None:
                job = self.jobs.job(self.submission_id)
            if self._read(progress, job):
                until = min(until, time.monotonic() + _LINGER_SECONDS)
            if progress.exit is not None or job.ended or time.monotonic() >= until:
                return self._report(progress, job)
        raise AssertionError  # the ticks have no end

    def _ticks(self) -> Iterator[bool]:
        """At once and then every poll interval: whether it is time to ask for the job's status too."""
        asked = time.monotonic()
        while True:
            due = time.monotonic() - asked >= _STATUS_SECONDS
            asked = time.monotonic() if due else asked
            yield due
            self.pause(_POLL_SECONDS)

    def _read(self, progress: Progress, job: RayJob) -> bool:
        """Read what is new, in growing portions of the file's end; whether there was something."""
        if job.node_id is None:
            return False
        filename = f"raygen/{self.submission_id}/records.jsonl"
        for lines in _TAILS:
            data = self.jobs.log(job.node_id, filename, lines)
            if lines < 0 or reaches_back_to(data, progress.offset):
                return progress.take(data)
        return False

    def _report(self, progress: Progress, job: RayJob) -> JobReport:
        """The wrapper's exit record counts, since Ray's own status comes half a second later and knows less."""
        if progress.exit is None and job.ended:
            self._read(progress, job)
        if progress.exit is not None:
            return exit_report(progress, progress.exit)
        if job.ended:
            stopped = not progress.started and self._is_there(self.stop_id)
            return ended_report(progress, job, stopped=stopped)
        return running_report(progress, job)

    def stop(self) -> JobReport:
        """End the run; a run that has ended stays as it ended. The report has no output: that is for who follows.

        Raises NoSuchJobError when the cluster does not know the run.
        """
        if not self.jobs.job(self.submission_id).ended:
            self.jobs.stop(self.submission_id)
            self._end_if_pending()
        report = self._until_final(_STOP_SECONDS)
        return report.model_copy(update={"output": "", "log_offset": 0, "truncated": False})

    def _end_if_pending(self) -> None:
        """Ray's stop does nothing to a job that waits for room: end the actor that would start it."""
        until = time.monotonic() + _PENDING_SECONDS
        while self.jobs.job(self.submission_id).status == "PENDING":
            if time.monotonic() > until:
                self._submit_stopper()
                return
            self.pause(_POLL_SECONDS)

    def _submit_stopper(self) -> None:
        package = stopper_package()
        self.jobs.put_package(package)
        try:
            self.jobs.submit(self.stop_id, f"python -m {DRIVER}.stop {self.submission_id}", package.uri)
        except JobExistsError:
            return

    def _until_final(self, seconds: float) -> JobReport:
        """The report as soon as it is final, or as it is after `seconds`."""
        until = time.monotonic() + seconds
        report = self.follow(0, 0)
        while not report.final and time.monotonic() < until:
            self.pause(_POLL_SECONDS)
            report = self.follow(0, 0)
        return report
