"""A cluster behind the Gateway protocol: jobs by run id, whose reports a function of their code decides."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from agents.wire import JobReport, sha256_of

Outcome = JobReport | Exception
Behaviour = Callable[[str], Sequence[Outcome]]


def succeeds(code: str) -> Sequence[Outcome]:
    """Every program succeeds at once and prints a greeting."""
    return [JobReport(status="succeeded", output="Hello\n", log_offset=6, code_sha256=sha256_of(code), seconds=1.5)]


@dataclass
class FakeGateway:
    """A job gives one report a call, the last one for ever; an exception among them is raised in its turn."""

    behaviour: Behaviour = succeeds
    calls: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    started: dict[str, str] = field(default_factory=dict)
    """The code of each job, by run id, in the order in which the jobs were started."""
    stopped: list[str] = field(default_factory=list)
    _waiting: dict[str, list[Outcome]] = field(default_factory=dict)

    def validate(
        self, *, code: str, ray_cluster_ip: str, run_id: str, wait_seconds: float, log_offset: int
    ) -> JobReport:
        arguments = {"code": code, "ray_cluster_ip": ray_cluster_ip, "run_id": run_id}
        self.calls.append(("validate", {**arguments, "wait_seconds": wait_seconds, "log_offset": log_offset}))
        if run_id not in self.started:
            self.started[run_id] = code
            self._waiting[run_id] = list(self.behaviour(code))
        return self._next(run_id)

    def follow(self, *, ray_cluster_ip: str, run_id: str, wait_seconds: float, log_offset: int) -> JobReport:
        arguments = {"ray_cluster_ip": ray_cluster_ip, "run_id": run_id}
        self.calls.append(("follow", {**arguments, "wait_seconds": wait_seconds, "log_offset": log_offset}))
        return self._next(run_id) if run_id in self.started else JobReport(status="lost")

    def stop(self, *, ray_cluster_ip: str, run_id: str) -> JobReport:
        self.calls.append(("stop", {"ray_cluster_ip": ray_cluster_ip, "run_id": run_id}))
        self.stopped.append(run_id)
        last = self._waiting.get(run_id, [])[-1:]
        return last[0] if last and isinstance(last[0], JobReport) and last[0].final else JobReport(status="stopped")

    def _next(self, run_id: str) -> JobReport:
        waiting = self._waiting[run_id]
        outcome = waiting.pop(0) if len(waiting) > 1 else waiting[0]
        if isinstance(outcome, Exception):
            raise outcome
        return outcome
