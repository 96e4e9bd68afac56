"""A run on a cluster: submitted once, followed by offset, stopped."""

import hashlib
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, replace

from agents.cluster.errors import (
    ClusterError,
    JobExistsError,
    UnknownOutcomeError,
    UnreachableError,
)
from agents.cluster.jobs import RayJob, RayJobs
from agents.cluster.outputs import FILE, with_files
from agents.cluster.package import DRIVER, driver_package, stopper_package
from agents.cluster.records import Progress, reaches_back_to
from agents.cluster.reports import ended_report, exit_report, running_report
from agents.cluster.warm import Offer, WarmPool
from agents.cluster.warmable import warmable
from agents.wire import JobReport

_POLL_SECONDS = 0.1
_STATUS_SECONDS = 0.5
_LINGER_SECONDS = 0.8
"""How long to wait for the end after new output: a short program is answered in one call."""
_SUBMIT_ATTEMPTS = 3
_STOP_SECONDS = 6.0
"""Ray gives a program 3 s between SIGTERM and SIGKILL."""
_PENDING_SECONDS = 1.0
_TAILS = (8, 64, 1024, -1)
"""How many lines of the record file's end are asked for, until they reach back to what was read before."""


@dataclass(frozen=True)
class Run:
    """One run on one cluster; `pause` waits, and is a parameter for tests' sake.

    It is a job of its own, or one that a warm driver of `pool` carries; who follows it need not know which.
    """

    jobs: RayJobs
    run_id: str
    pool: WarmPool | None = None
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
        """Start the run unless an earlier attempt did: in a warm driver if one takes it, else as a job of its own.

        Raises UnknownOutcomeError when it may have been started, another ClusterError when this call did not start it.
        """
        slot = self._idle_slot(program)
        if slot is None:
            self._submit_cold(program, seconds=seconds, limit=limit)
        elif not self._is_taken(slot, Offer(self.submission_id, program, seconds, limit)):
            self._submit_after_offer(program, seconds=seconds, limit=limit)

    def _idle_slot(self, program: bytes) -> str | None:
        """A warm driver that could take the run, unless it has been started by an earlier attempt."""
        if self.pool is None or not self.pool.size or not warmable(program):
            return None
        with suppress(ClusterError):
            slot = self.pool.idle_slot()
            return None if slot is None or self._is_there(self.submission_id) else slot
        return None

    def _is_taken(self, slot: str, offer: Offer) -> bool:
        """Whether the run has a job after the offer; without an answer it is not known to have."""
        with suppress(ClusterError):
            return self.pool is not None and self.pool.offer(slot, offer)
        return False

    def _submit_after_offer(self, program: bytes, *, seconds: float, limit: int) -> None:
        """Submit; Ray refuses when a warm driver takes the offer after all. Nobody can say that nothing was started."""
        try:
            self._submit_cold(program, seconds=seconds, limit=limit)
        except ClusterError as exc:
            raise UnknownOutcomeError("The cluster did not say whether it took the program.") from exc

    def _submit_cold(self, program: bytes, *, seconds: float, limit: int) -> None:
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
        job = self._job()
        until = time.monotonic() + wait_seconds
        for look_at_job in self._ticks():
            if look_at_job or job.node_id is None:
                job = self._job()
            if self._read(progress, job):
                until = min(until, time.monotonic() + _LINGER_SECONDS)
            if progress.exit is not None or job.ended or time.monotonic() >= until:
                return self._report(progress, job)
        raise AssertionError  # the ticks have no end

    def _job(self) -> RayJob:
        """What Ray says of the run's job; one in a warm driver runs until that driver's job has ended."""
        job = self.jobs.job(self.submission_id)
        if job.carrier is None:
            return job
        carrier = self.jobs.job(job.carrier)
        return carrier if carrier.ended else replace(job, status="RUNNING")

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
            return self._with_files(exit_report(progress, progress.exit), job, progress.exit.get("files"))
        if job.ended:
            stopped = not progress.started and self._is_there(self.stop_id)
            return ended_report(progress, job, stopped=stopped)
        return running_report(progress, job)

    def _with_files(self, report: JobReport, job: RayJob, saved: object) -> JobReport:
        """The report with what the program saved, if the wrapper counted anything."""
        if not saved or job.node_id is None:
            return report
        return with_files(report, saved, self.jobs.log(job.node_id, f"raygen/{self.submission_id}/{FILE}", -1))

    def stop(self) -> JobReport:
        """End the run; a run that has ended stays as it ended. The report has no output: that is for who follows.

        Raises NoSuchJobError when the cluster does not know the run.
        """
        job = self._job()
        if not job.ended:
            self.jobs.stop(job.carrier or self.submission_id)
            self._end_if_pending()
        report = self._until_final(_STOP_SECONDS)
        return report.model_copy(update={"output": "", "log_offset": 0, "truncated": False, "files": ()})

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
