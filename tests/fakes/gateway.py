"""A cluster behind the Gateway protocol: jobs by run id, whose reports a function of their code decides."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from agents.wire import ClusterHealth, ClusterReport, Grant, InputFiles, JobReport, sha256_of

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
    """The run id of each stop that reached the cluster."""
    health: ClusterHealth = field(default_factory=lambda: ClusterHealth(nodes=1, cpus=4, gpus=0, jobs=0))
    _waiting: dict[str, list[Outcome]] = field(default_factory=dict)

    def validate(
        self,
        *,
        code: str,
        ray_cluster_ip: str,
        run_id: str,
        wait_seconds: float,
        log_offset: int,
        input_files: InputFiles | None = None,
        grant: Grant | None = None,
    ) -> JobReport:
        arguments: dict[str, object] = {"code": code, "ray_cluster_ip": ray_cluster_ip, "run_id": run_id}
        if input_files is not None:
            arguments["input_files"] = input_files
        if grant is not None:
            arguments["grant"] = grant
        self.calls.append(("validate", {**arguments, "wait_seconds": wait_seconds, "log_offset": log_offset}))
        if run_id not in self.started:
            self.started[run_id] = code
            self._waiting[run_id] = list(self.behaviour(code))
        return self._next(run_id)

    def follow(
        self, *, ray_cluster_ip: str, run_id: str, wait_seconds: float, log_offset: int, sources: bool = False
    ) -> JobReport:
        arguments = {"ray_cluster_ip": ray_cluster_ip, "run_id": run_id}
        self.calls.append(("follow", {**arguments, "wait_seconds": wait_seconds, "log_offset": log_offset}))
        return self._next(run_id) if run_id in self.started else JobReport(status="lost")

    def stop(self, *, ray_cluster_ip: str, run_id: str) -> JobReport:
        """As the cluster room does: the report says how the job ended, and leaves its output to who follows it."""
        self.calls.append(("stop", {"ray_cluster_ip": ray_cluster_ip, "run_id": run_id}))
        if run_id not in self.started:
            return JobReport(status="lost")
        last = self._waiting[run_id][-1]
        if isinstance(last, Exception):
            raise last
        self.stopped.append(run_id)
        end = _ended(self._waiting[run_id], last)
        self._waiting[run_id] = [end]
        return end.model_copy(update={"output": "", "log_offset": 0, "truncated": False})

    def describe(self, *, ray_cluster_ip: str) -> ClusterReport:
        self.calls.append(("describe", {"ray_cluster_ip": ray_cluster_ip}))
        return ClusterReport(health=self.health)

    def _next(self, run_id: str) -> JobReport:
        waiting = self._waiting[run_id]
        outcome = waiting.pop(0) if len(waiting) > 1 else waiting[0]
        if isinstance(outcome, Exception):
            raise outcome
        return outcome


def _ended(waiting: Sequence[Outcome], last: JobReport) -> JobReport:
    """What following a job tells once it is stopped: all that nobody has read, and its own end if it had one."""
    unread = "".join(outcome.output for outcome in waiting if isinstance(outcome, JobReport))
    return last.model_copy(update={"output": unread, "status": last.status if last.final else "stopped"})
