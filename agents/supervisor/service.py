"""What the supervisor does, without the server around it: each action in, an envelope or a report out."""

from collections.abc import Callable
from dataclasses import dataclass
from threading import Event
from uuid import uuid4

from agents.errors import HashMismatch
from agents.gateway import Gateway
from agents.models import OpenedModel
from agents.streaming import Announce
from agents.supervisor.agent import SupervisingAgent
from agents.supervisor.codegen import CodeGenerator
from agents.supervisor.turn import Turn
from agents.supervisor.validation import Validator, require_same_code, stop_if_possible
from agents.supervisor.versions import given
from agents.usage import Meter
from agents.wire import (
    ClusterReport,
    Describe,
    Envelope,
    Execute,
    Follow,
    Generate,
    JobReport,
    Stop,
    Validate,
    sha256_of,
)


def random_run_id() -> str:
    """A run id for a run that nobody else will name: it becomes a part of Ray's submission id."""
    return f"v-{uuid4().hex}"


@dataclass(frozen=True)
class Supervisor:
    """The parts, put together once; what belongs to one request is made for it and handed down."""

    gateway: Gateway
    codegen: CodeGenerator
    open_model: Callable[[], OpenedModel]
    validator: Validator
    max_attempts: int
    cluster_facts: str = ""
    new_run_id: Callable[[], str] = random_run_id

    def generate(
        self, request: Generate, session_id: str, announce: Announce, cancelled: Event, meter: Meter | None = None
    ) -> Envelope:
        """A Generation. Raises AgentError. Setting `cancelled` ends it soon, with the job stopped.

        What the models take goes on `meter`, also when it fails.
        """
        turn = self._turn(request, session_id, announce, cancelled)
        turn.meter = meter or turn.meter
        turn.file_descriptions = request.file_descriptions
        return SupervisingAgent(self.open_model()).answer(request, turn)

    def validate(self, request: Validate, session_id: str, announce: Announce, cancelled: Event) -> Envelope:
        """A program that a person gave, validated or not. No model is opened. Raises AgentError."""
        return Envelope.success(given(request, self._turn(request, session_id, announce, cancelled)))

    def _turn(self, request: Generate | Validate, session_id: str, announce: Announce, cancelled: Event) -> Turn:
        return Turn(
            session_id=session_id,
            ray_cluster_ip=request.ray_cluster_ip,
            user_id=request.user_id,
            codegen=self.codegen,
            validator=self.validator,
            max_attempts=self.max_attempts,
            announce=announce,
            new_run_id=self.new_run_id,
            cancelled=cancelled,
            facts=self.cluster_facts,
            input_files=request.input_files,
        )

    def execute(self, request: Execute) -> JobReport:
        """Start the run, or find it started. No model is called.

        Raises GatewayFailure, and HashMismatch when another program than `code` arrived, or was executed: that run is
        stopped, as far as it can be.
        """
        _require_intact(request)
        report = self.gateway.validate(
            code=request.code,
            ray_cluster_ip=request.ray_cluster_ip,
            run_id=request.run_id,
            wait_seconds=request.wait_seconds,
            log_offset=0,
            input_files=request.input_files,
            grant=request.grant,
        )
        try:
            require_same_code(request.code, report)
        except HashMismatch:
            stop_if_possible(self.gateway, request.ray_cluster_ip, request.run_id)
            raise
        return report

    def execute_to_the_end(self, request: Execute) -> JobReport:
        """Run and wait, for callers who take one answer. Raises HashMismatch, GatewayFailure."""
        _require_intact(request)
        return self.validator.run(request.code, request.ray_cluster_ip, request.run_id, Event(), request.input_files)

    def follow(self, request: Follow) -> JobReport:
        """Wait for a change of a run. Raises GatewayFailure."""
        return self.gateway.follow(
            ray_cluster_ip=request.ray_cluster_ip,
            run_id=request.run_id,
            wait_seconds=request.wait_seconds,
            log_offset=request.log_offset,
            sources=request.sources,
        )

    def stop(self, request: Stop) -> JobReport:
        """Stop a run. Raises GatewayFailure."""
        return self.gateway.stop(ray_cluster_ip=request.ray_cluster_ip, run_id=request.run_id)

    def describe(self, request: Describe) -> ClusterReport:
        """How a cluster is. Raises GatewayFailure."""
        return self.gateway.describe(ray_cluster_ip=request.ray_cluster_ip)


def _require_intact(request: Execute) -> None:
    if sha256_of(request.code) != request.code_sha256:
        raise HashMismatch
