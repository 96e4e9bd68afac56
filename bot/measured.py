"""A supervisor whose calls are counted."""

from collections.abc import AsyncGenerator, Iterator
from contextlib import aclosing, contextmanager
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
        with self._counted(request.action):
            async with aclosing(self.inner.generate(request)) as events:
                async for event in events:
                    yield event

    async def job(self, request: Execute | Follow | Stop) -> JobReport:
        """Start, follow or stop a run. Raises SupervisorFailed."""
        with self._counted(request.action):
            return await self.inner.job(request)

    async def describe(self, request: Describe) -> ClusterReport:
        """How a cluster is. Raises SupervisorFailed."""
        with self._counted(request.action):
            return await self.inner.describe(request)

    @contextmanager
    def _counted(self, action: str) -> Iterator[None]:
        """Count how the call in the block ends; one that is given up before its end is not counted."""
        try:
            yield
        except SupervisorFailed as failure:
            self._count(action, failure.code)
            raise
        self._count(action, "ok")

    def _count(self, action: str, outcome: str) -> None:
        self.metrics.agent_calls.labels(action, outcome).inc()
