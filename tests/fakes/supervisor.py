"""A supervisor that answers from a script: the same Protocol as the real one, with a cluster in its memory."""

import asyncio
from collections.abc import AsyncGenerator
from dataclasses import dataclass, field

from agents.wire import (
    Attempt,
    ClusterHealth,
    ClusterReport,
    Describe,
    Envelope,
    Execute,
    Finished,
    Follow,
    Generate,
    JobReport,
    PolicyFinding,
    Progress,
    Stop,
    UnvalidatedCode,
    Validate,
    ValidatedCode,
    Validating,
    Wire,
    WireError,
    Writing,
    sha256_of,
)
from bot.errors import SupervisorFailed

FOLLOW_SECONDS = 0.02
"""How long a follow waits for news that never come: the real one holds each for as long as it is asked to."""
HELLO = 'import ray\nray.init()\nprint("Hello")\n'


WELL = ClusterHealth(nodes=3, cpus=12, gpus=2, cpus_used=5, gpus_used=1, jobs=4)


def validated(code: str = HELLO, **changes: object) -> ValidatedCode:
    """A program that ran."""
    values = {
        "code": code,
        "code_sha256": sha256_of(code),
        "title": "Say hello",
        "model": "a script",
        "ray_cluster_ip": "10.0.0.1",
        "output": "Hello\n",
        "seconds": 4.1,
        "attempts": (Attempt(number=1, status="succeeded", seconds=4.1),),
    }
    return ValidatedCode(**(values | changes))


def needs_approval(code: str = "import requests\nprint('fetched')\n", **changes: object) -> UnvalidatedCode:
    """A program that was not run, since somebody has to approve it."""
    finding = PolicyFinding(line=1, rule="network", sentence="Line 1 (requests) uses the network: read from a file.")
    values = {
        "code": code,
        "code_sha256": sha256_of(code),
        "title": "Fetch it",
        "explanation": "Fetches a page.",
        "model": "a script",
        "ray_cluster_ip": "10.0.0.1",
        "error": WireError(code="needs_approval", message=finding.sentence),
        "attempts": (Attempt(number=1, status="rejected", seconds=0.0),),
        "findings": (finding,),
    }
    return UnvalidatedCode(**(values | changes))


def unreachable() -> SupervisorFailed:
    """Nobody answers."""
    return SupervisorFailed("runtime_unavailable", "The agent does not answer. Try again in a minute.")


@dataclass
class ScriptedSupervisor:
    """Plays `answers` to `generate` and `reports` to job calls, in order; the last report is played for ever.

    `requests` holds everything that was asked, `jobs` counts how often each run id was started.
    """

    answers: list[Wire | SupervisorFailed] = field(default_factory=list)
    reports: list[JobReport | SupervisorFailed] = field(default_factory=list)
    requests: list[Wire] = field(default_factory=list)
    progress: list[Progress] = field(default_factory=list)
    health: ClusterReport | SupervisorFailed = field(default_factory=lambda: ClusterReport(health=WELL))
    looking: asyncio.Event | None = None
    """Where it is set, how a cluster is is told only once it happens."""

    async def generate(self, request: Generate | Validate) -> AsyncGenerator[Progress, None]:
        """The next answer, after some progress."""
        self.requests.append(request)
        answer = self.answers.pop(0)
        if isinstance(answer, SupervisorFailed):
            raise answer
        for event in self.progress:
            yield event
        yield Writing(attempt=1)
        yield Validating(attempt=1, attempts=3)
        yield Finished(envelope=Envelope.success(answer))

    async def job(self, request: Execute | Follow | Stop) -> JobReport:
        """The next report."""
        self.requests.append(request)
        report = self.reports.pop(0) if len(self.reports) > 1 else await self._last()
        if isinstance(report, SupervisorFailed):
            raise report
        return report

    async def describe(self, request: Describe) -> ClusterReport:
        """How every cluster is."""
        self.requests.append(request)
        if self.looking is not None:
            await self.looking.wait()
        if isinstance(self.health, SupervisorFailed):
            raise self.health
        return self.health

    async def _last(self) -> JobReport | SupervisorFailed:
        last = self.reports[0]
        if isinstance(last, JobReport) and last.status == "running":
            await asyncio.sleep(FOLLOW_SECONDS)
        return last

    def asked(self, kind: type[Wire]) -> list[Wire]:
        """The requests of one kind."""
        return [request for request in self.requests if isinstance(request, kind)]
