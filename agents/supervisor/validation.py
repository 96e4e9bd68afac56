"""One validation: a program runs on the cluster, and is followed to its end in calls of bounded length."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from threading import Event

from agents.errors import Cancelled, GatewayTimeout, HashMismatch
from agents.gateway import Gateway
from agents.wire import JobReport, WireError, sha256_of

MAX_OUTPUT = 200_000
"""Characters of output that a validation keeps, the last ones: the reader wants the end, the wire has limits."""
MAX_SILENCES = 3
"""Gateway timeouts in a row that a validation outlives: its calls are safe to repeat, since the run id stays."""

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

    def run(self, code: str, ray_cluster_ip: str, run_id: str, cancelled: Event) -> JobReport:
        """The final report, with all of the output. A job that outlasts the limit is stopped, and reported timed_out.

        Raises Cancelled after having stopped the job, GatewayFailure, and HashMismatch when the cluster executed
        something else.
        """
        watch = _Watch(self, code, ray_cluster_ip, run_id)
        deadline = self.clock() + self.limit
        report = watch.call()
        while not report.final:
            if cancelled.is_set():
                watch.stop()
                raise Cancelled
            if self.clock() >= deadline:
                return self._out_of_time(watch)
            report = watch.call()
        require_same_code(code, report)
        return report.model_copy(update={"output": watch.output})

    def _out_of_time(self, watch: "_Watch") -> JobReport:
        report = watch.stop()
        if report.status == "succeeded":
            # it ended by itself while it was being stopped; the report holds the output from the beginning
            require_same_code(watch.code, report)
            return report
        limit = round(self.limit)
        sentence = f"The program was still running after {limit} s, so it was stopped. Ask for less work in one run."
        if not report.final:
            sentence = (
                f"The program was still running after {limit} s and could not be stopped. Stop it on Ray's dashboard."
            )
        error = WireError(code="job_failed", message=sentence)
        return report.model_copy(update={"status": "timed_out", "error": error, "output": watch.output})


def require_same_code(code: str, report: JobReport) -> None:
    """Raises HashMismatch when the file that the driver executed is not `code`."""
    if report.code_sha256 is not None and report.code_sha256 != sha256_of(code):
        raise HashMismatch


class _Watch:
    """Where the following of one job has got to."""

    def __init__(self, validator: Validator, code: str, ray_cluster_ip: str, run_id: str) -> None:
        self.code = code
        self.output = ""
        self._gateway = validator.gateway
        self._wait_seconds = validator.wait_seconds
        self._cluster = ray_cluster_ip
        self._run_id = run_id
        self._offset = 0
        self._started = False
        self._silences = 0

    def call(self) -> JobReport:
        """One bounded wait. Until the cluster has confirmed the job, the code is sent along: that finds it again."""
        try:
            report = self._follow() if self._started else self._validate()
        except GatewayTimeout:
            self._silences += 1
            if self._silences >= MAX_SILENCES:
                raise
            return JobReport(status="pending", log_offset=self._offset)
        self._started = True
        self._silences = 0
        self._offset = report.log_offset
        self.output = (self.output + report.output)[-MAX_OUTPUT:]
        return report

    def _validate(self) -> JobReport:
        return self._gateway.validate(
            code=self.code,
            ray_cluster_ip=self._cluster,
            run_id=self._run_id,
            wait_seconds=self._wait_seconds,
            log_offset=self._offset,
        )

    def _follow(self) -> JobReport:
        return self._gateway.follow(
            ray_cluster_ip=self._cluster,
            run_id=self._run_id,
            wait_seconds=self._wait_seconds,
            log_offset=self._offset,
        )

    def stop(self) -> JobReport:
        """Stop the job."""
        return self._gateway.stop(ray_cluster_ip=self._cluster, run_id=self._run_id)
