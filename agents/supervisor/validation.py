"""One validation: a program runs on the cluster, and is followed to its end in calls of bounded length."""

import logging
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from threading import Event

from agents.errors import AgentError, Cancelled, GatewayFailure, GatewayTimeout, HashMismatch
from agents.gateway import Gateway
from agents.wire import InputFiles, JobReport, WireError, sha256_of

logger = logging.getLogger(__name__)

MAX_OUTPUT = 200_000
"""Characters of output that a validation keeps, the last ones: the reader wants the end, the wire has limits."""
MAX_SILENCES = 3
"""Calls in a row without an answer that end a validation: they are safe to repeat, since the run id stays."""
SILENT_CLUSTER = frozenset({"cluster_unreachable", "files_unreachable"})
"""What a program is rejected for that nobody has looked at: the same call may be repeated."""
PAUSE_SECONDS = 2.0
"""Between a call that got no answer and its repetition: a dropped connection comes back at once, and drops again."""


@dataclass(frozen=True)
class Validator:
    """Runs programs on the cluster behind `gateway`, each for at most `limit` seconds, asking every `wait_seconds`."""

    gateway: Gateway
    wait_seconds: float
    limit: float
    clock: Callable[[], float] = field(default=time.monotonic)
    pause_seconds: float = PAUSE_SECONDS

    def run(
        self,
        code: str,
        ray_cluster_ip: str,
        run_id: str,
        cancelled: Event,
        input_files: InputFiles | None = None,
    ) -> JobReport:
        """The final report, with all of the output. A job that outlasts the limit is stopped, and reported timed_out.

        Raises Cancelled, GatewayFailure, and HashMismatch when the cluster executed something else; each of them
        after having tried to stop the job, of which nobody would hear any more.
        """
        watch = _Watch(self, code, ray_cluster_ip, run_id, cancelled, input_files)
        try:
            report = self._to_the_end(watch, cancelled)
        except AgentError:
            watch.stop()
            raise
        return report.model_copy(update={"output": watch.output})

    def _to_the_end(self, watch: "_Watch", cancelled: Event) -> JobReport:
        deadline = self.clock() + self.limit
        report = watch.call()
        while not report.final:
            if cancelled.is_set():
                raise Cancelled
            if self.clock() >= deadline:
                return self._out_of_time(watch)
            report = watch.call()
        return report

    def _out_of_time(self, watch: "_Watch") -> JobReport:
        stopped = watch.stop()
        # a stop answers without output: what was printed since the last call, and the end, are there to be followed
        report = watch.call()
        if report.status == "succeeded":
            return report
        ended = report.final or (stopped is not None and stopped.status == "stopped")
        error = WireError(code="job_failed", message=_too_long(round(self.limit), ended=ended))
        return report.model_copy(update={"status": "timed_out", "error": error})


def _is_silence(report: JobReport) -> bool:
    """Whether the report tells only that the cluster did not answer; the Lambda says so of a run that goes on too."""
    if report.error is None:
        return False
    return not report.final or (report.status == "rejected" and report.error.code in SILENT_CLUSTER)


def require_same_code(code: str, report: JobReport) -> None:
    """Raises HashMismatch when the file that the driver executed is not `code`."""
    if report.code_sha256 is not None and report.code_sha256 != sha256_of(code):
        raise HashMismatch


def stop_if_possible(gateway: Gateway, ray_cluster_ip: str, run_id: str) -> JobReport | None:
    """Stop a job that is given up; None when the gateway fails, and only the driver's own limit ends the job."""
    try:
        return gateway.stop(ray_cluster_ip=ray_cluster_ip, run_id=run_id)
    except GatewayFailure as exc:
        logger.warning("run=<%s>, code=<%s> | job could not be stopped", run_id, exc.code, exc_info=exc.__cause__)
        return None


def _too_long(limit: int, *, ended: bool) -> str:
    if ended:
        return f"The program was still running after {limit} s, so it was stopped. Ask for less work in one run."
    return f"The program was still running after {limit} s and could not be stopped. Stop it on Ray's dashboard."


class _Watch:
    """Where the following of one job has got to."""

    def __init__(
        self,
        validator: Validator,
        code: str,
        ray_cluster_ip: str,
        run_id: str,
        cancelled: Event,
        input_files: InputFiles | None,
    ) -> None:
        self.output = ""
        self._input_files = input_files
        self._code = code
        self._validator = validator
        self._cluster = ray_cluster_ip
        self._run_id = run_id
        self._cancelled = cancelled
        self._offset = 0
        self._started = False
        self._silences = 0

    def call(self) -> JobReport:
        """One bounded wait. Until the cluster has confirmed the job, the code is sent along: that finds it again.

        A call that got no answer counts as pending, until there are too many of them in a row.
        """
        try:
            report = self._follow() if self._started else self._validate()
        except GatewayFailure as exc:
            self._bear(exc)
            return JobReport(status="pending", log_offset=self._offset)
        if _is_silence(report):
            return self._after_silence(report)
        require_same_code(self._code, report)
        self._started = True
        self._silences = 0
        self._offset = report.log_offset
        self.output = (self.output + report.output)[-MAX_OUTPUT:]
        return report

    def _bear(self, failure: GatewayFailure) -> None:
        """Raise a failure that is one too many, or that came at the start: a gateway that is set up wrongly stays so.

        A silence at the start is no such failure.
        """
        self._silences += 1
        at_start = not self._started and not isinstance(failure, GatewayTimeout)
        if at_start or self._silences >= MAX_SILENCES:
            raise failure
        self._cancelled.wait(self._validator.pause_seconds)

    def _after_silence(self, report: JobReport) -> JobReport:
        """The cluster did not answer: pending, unless it was asked too often to start the program.

        A program that may have been started is looked for until the limit.
        """
        self._silences += 1
        if report.final and self._silences >= MAX_SILENCES:
            return report
        self._cancelled.wait(self._validator.pause_seconds)
        return JobReport(status="pending", log_offset=self._offset)

    def _validate(self) -> JobReport:
        return self._validator.gateway.validate(
            code=self._code,
            ray_cluster_ip=self._cluster,
            run_id=self._run_id,
            wait_seconds=self._validator.wait_seconds,
            log_offset=self._offset,
            input_files=self._input_files,
        )

    def _follow(self) -> JobReport:
        return self._validator.gateway.follow(
            ray_cluster_ip=self._cluster,
            run_id=self._run_id,
            wait_seconds=self._validator.wait_seconds,
            log_offset=self._offset,
        )

    def stop(self) -> JobReport | None:
        """See stop_if_possible."""
        return stop_if_possible(self._validator.gateway, self._cluster, self._run_id)
