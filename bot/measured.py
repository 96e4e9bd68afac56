"""A supervisor whose calls are counted."""

from collections.abc import AsyncGenerator
from contextlib import aclosing
from dataclasses import dataclass

from agents.wire import ClusterReport, Describe, Execute, Follow, Generate, JobReport, Progress, Stop, Validate
from bot.errors import SupervisorFailed
from bot.metrics import Metrics
from bot.supervisor import Supervisor


@dataclass(frozen=True)
class MeasuredSupervisor:
    """Counts the calls of `inner` by action and outcome: ok, or the code of the failure."""

    inner: Supervisor
    metrics: Metrics

    async def generate(self, request: Generate | Validate) -> AsyncGenerator[Progress, None]:
        """Ask for code. Raises SupervisorFailed."""
        try:
            async with aclosing(self.inner.generate(request)) as events:
                async for event in events:
                    yield event
        except SupervisorFailed as failure:
            self._count(request.action, failure.code)
            raise
        self._count(request.action, "ok")

    async def job(self, request: Execute | Follow | Stop) -> JobReport:
        """Start, follow or stop a run. Raises SupervisorFailed."""
        try:
            report = await self.inner.job(request)
        except SupervisorFailed as failure:
            self._count(request.action, failure.code)
            raise
        self._count(request.action, "ok")
        return report

    async def describe(self, request: Describe) -> ClusterReport:
        """How a cluster is. Raises SupervisorFailed."""
        try:
            report = await self.inner.describe(request)
        except SupervisorFailed as failure:
            self._count(request.action, failure.code)
            raise
        self._count(request.action, "ok")
        return report

    def _count(self, action: str, outcome: str) -> None:
        self.metrics.agent_calls.labels(action, outcome).inc()
