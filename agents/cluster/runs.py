"""A run on a cluster: submitted once, followed by offset, stopped."""

import hashlib
import math
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, replace

from agents.cluster.errors import (
    ClusterError,
    JobExistsError,
    NoSuchJobError,
    UnknownOutcomeError,
    UnreachableError,
)
from agents.cluster.inputs import Inputs
from agents.cluster.jobs import UNSAID, RayJob, RayJobs
from agents.cluster.outputs import FILE, with_files
from agents.cluster.package import DRIVER, driver_package, stopper_package
from agents.cluster.records import Progress, reaches_back_to
from agents.cluster.reports import (
    ended_report,
    exit_report,
    running_report,
    stopped_before_report,
    with_sources,
)
from agents.cluster.waiting import PATIENCE_SECONDS, Waiting
from agents.cluster.warm import Offer, WarmPool
from agents.cluster.warmable import warmable
from agents.wire import JobReport

_POLL_SECONDS = 0.1
_SOON_SECONDS = 0.02
_STATUS_SECONDS = 0.5
_LINGER_SECONDS = 0.5
"""How long to wait for more after new output."""
_ENDING_SECONDS = 2.0
"""The same when the program itself is over: Ray hangs up, and the run's end is answered in the same call."""
_SUBMIT_ATTEMPTS = 3
_STOP_SECONDS = 6.0
"""Ray gives a program 3 s between SIGTERM and SIGKILL."""
_PENDING_SECONDS = 1.0
_RECORD_SECONDS = 1.0
"""How long a run's record may be out of reach when Ray says that the run has ended."""
_TAILS = (8, 64, 1024, -1)
"""How many lines of the record file's end are asked for, until they reach back to what was read before."""


@dataclass(frozen=True)
class Run:
    """One run on one cluster; `pause` waits, and is a parameter for tests' sake.

    It is a job of its own, or one that a warm driver of `pool` carries; who follows it need not know which. One with
    `inputs` is always a job of its own, since Ray unpacks those before it starts.
    """

    jobs: RayJobs
    run_id: str
    pool: WarmPool | None = None
    pause: Callable[[float], object] = time.sleep  # noqa: TID251  # the Lambda has nothing else to do meanwhile
    inputs: Inputs | None = None
    patience: float = PATIENCE_SECONDS

    @property
    def submission_id(self) -> str:
        """The job's name at Ray."""
        return f"raygen-{self.run_id}"

    @property
    def stop_id(self) -> str:
        """The name of the job that ends this one while it waits for its start; its existence says that it was ended."""
        return f"raygen-stop-{hashlib.sha256(self.run_id.encode()).hexdigest()[:32]}"

    def submit(self, program: bytes, *, seconds: float, limit: int) -> str | None:
        """Start the run unless an earlier attempt did: in a warm driver if one takes it, else as a job of its own.

        Returns the job of the driver that took it. Raises UnknownOutcomeError when the run may have been started,
        another ClusterError when this call did not start it.
        """
        slot = self._idle_slot(program)
        if slot is None:
            self._submit_cold(program, seconds=seconds, limit=limit)
            return None
        job = self._offered(slot, Offer(self.submission_id, program, seconds, limit))
        if job is None:
            self._submit_after_offer(program, seconds=seconds, limit=limit)
            return None
        return job.carrier

    def _idle_slot(self, program: bytes) -> str | None:
        """A warm driver that could take the run, unless it has been started by an earlier attempt."""
        if self.pool is None or not self.pool.size or self.inputs is not None or not warmable(program):
            return None
        with suppress(ClusterError):
            slot = self.pool.idle_slot()
            return None if slot is None or self._is_there(self.submission_id) else slot
        return None

    def _offered(self, slot: str, offer: Offer) -> RayJob | None:
        """The run's job after the offer; without an answer it is not known to have one."""
        with suppress(ClusterError):
            return self.pool.offer(slot, offer) if self.pool is not None else None
        return None

    def _submit_after_offer(self, program: bytes, *, seconds: float, limit: int) -> None:
        """Submit; Ray refuses when a warm driver takes the offer after all. Nobody can say that nothing was started."""
        try:
            self._submit_cold(program, seconds=seconds, limit=limit)
        except ClusterError as exc:
            raise UnknownOutcomeError("The cluster did not say whether it took the program.") from exc

    def _submit_cold(self, program: bytes, *, seconds: float, limit: int) -> None:
        if self.inputs is not None and self._is_there(self.submission_id):
            return  # its files need not be there any more
        modules = () if self.inputs is None else (self.inputs.deliver(self.jobs),)
        package = driver_package(program)
        self.jobs.put_package(package)
        entrypoint = f"python -m {DRIVER} --seconds {seconds:g} --limit {limit:d}"
        for _ in range(_SUBMIT_ATTEMPTS):
            try:
                self.jobs.submit(self.submission_id, entrypoint, package.uri, modules)
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

    def follow(self, offset: int, wait_seconds: float, *, soon: bool = False, sources: bool = False) -> JobReport:
        """Wait at most `wait_seconds` for new output or the end; look more often at first if that may come `soon`.

        With `sources` the report tells where each stretch of the output comes from, and the output holds Ray's own
        lines. Raises NoSuchJobError when the cluster does not know the run.
        """
        progress = Progress(offset, rays=sources)
        until, heard = time.monotonic() + wait_seconds, math.inf
        job = self._job_or_its_record()
        for look_at_job in self._ticks(_SOON_SECONDS if soon else _POLL_SECONDS):
            if job.status != UNSAID and (look_at_job or job.node_id is None):
                job = self._job_or_its_record()
            if self._read(progress, job):
                heard = min(heard, time.monotonic())
            patience = _ENDING_SECONDS if progress.ending else _LINGER_SECONDS
            if progress.exit is not None or job.ended or time.monotonic() >= min(until, heard + patience):
                report = self._report(progress, job)
                return with_sources(report, progress) if sources else report
        raise AssertionError  # the ticks have no end

    def _job_or_its_record(self) -> RayJob:
        """What Ray says of the run's job, or that it says nothing of one whose record is there.

        Before 2.33 Ray answers for a job only when each driver has answered it, and some never do
        (github.com/ray-project/ray/pull/46335): the record tells how the run goes on, and how it ended.
        """
        try:
            return self._job()
        except UnreachableError:
            for node_id in self.jobs.nodes():
                if self.jobs.log(node_id, self._record, 1):
                    return RayJob(UNSAID, node_id)
            raise

    @property
    def _record(self) -> str:
        """The name of the file in which the wrapper writes down what happens, below the node's log directory."""
        return f"raygen/{self.submission_id}/records.jsonl"

    def _job(self) -> RayJob:
        """What Ray says of the run's job; one in a warm driver runs until that driver's job has ended."""
        job = self.jobs.job(self.submission_id)
        if job.carrier is None:
            return job
        carrier = self.jobs.job(job.carrier)
        return carrier if carrier.ended else replace(job, status="RUNNING", driver_job=carrier.driver_job)

    def _ticks(self, interval: float) -> Iterator[bool]:
        """At once, after `interval` and then ever less often: whether it is time to ask for the job's status too."""
        asked = time.monotonic()
        while True:
            due = time.monotonic() - asked >= _STATUS_SECONDS
            asked = time.monotonic() if due else asked
            yield due
            self.pause(interval)
            interval = min(_POLL_SECONDS, interval * 1.25)

    def _read(self, progress: Progress, job: RayJob) -> bool:
        """Read what is new, in growing portions of the file's end; whether there was something."""
        if job.node_id is None:
            return False
        for lines in _TAILS:
            data = self.jobs.log(job.node_id, self._record, lines)
            if lines < 0 or reaches_back_to(data, progress.offset):
                news = progress.take(data)
                if progress.linked or lines < 0:
                    return news
        return False

    def _read_the_end(self, progress: Progress, job: RayJob) -> None:
        """The job has ended: the wrapper has written its end, unless it was killed."""
        until = time.monotonic() + _RECORD_SECONDS
        self._read(progress, job)
        while progress.exit is None and job.node_id is not None and time.monotonic() < until:
            self.pause(_POLL_SECONDS)
            self._read(progress, job)

    def _report(self, progress: Progress, job: RayJob) -> JobReport:
        """The wrapper's exit record counts, since Ray's own status comes half a second later and knows less."""
        if job.vacant:
            return stopped_before_report(progress)
        if progress.exit is None and job.ended:
            self._read_the_end(progress, job)
        if progress.exit is not None:
            report = self._with_files(exit_report(progress, progress.exit), job, progress.exit.get("files"))
        elif job.ended:
            stopped = not progress.started and self._is_there(self.stop_id)
            report = ended_report(progress, job, stopped=stopped)
        else:
            report = running_report(progress, job)
        return report.model_copy(update={"notes": (*report.notes, *self._notes(report, job))})

    def _notes(self, report: JobReport, job: RayJob) -> tuple[str, ...]:
        """What a silent run waits for; what one that was ended has left on the cluster."""
        waiting = Waiting(self.jobs, self.patience)
        if report.final:
            return () if report.status == "succeeded" else waiting.left(job)
        if report.output:
            return ()
        return waiting.for_start(self.submission_id, job) if report.status == "pending" else waiting.for_resources(job)

    def _with_files(self, report: JobReport, job: RayJob, saved: object) -> JobReport:
        """The report with what the program saved, if the wrapper counted anything."""
        if not saved or job.node_id is None:
            return report
        return with_files(report, saved, self.jobs.log(job.node_id, f"raygen/{self.submission_id}/{FILE}", -1))

    def stop(self) -> JobReport:
        """End the run; a run that has ended stays as it ended. The report has no output: that is for who follows.

        Of a run that the cluster does not know the name is taken, so that a submission that is still on its way, or
        waits for its files, comes too late.
        """
        try:
            job = self._job()
        except NoSuchJobError:
            with suppress(JobExistsError):
                self.jobs.reserve(self.submission_id)
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
