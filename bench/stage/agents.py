"""AgentCore with a supervisor and a cluster behind it, from a script: the real wire, and no model and no Ray.

boto3 posts to `/runtimes/ARN/invocations` as it does to AWS. What is executed outlives every bot that is killed, and
is counted: `executions` has one entry for each program that began to run, whatever it was called.
"""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import suppress
from dataclasses import dataclass, field
from random import Random

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse
from starlette.routing import Route

from agents.wire import (
    REQUEST,
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
    Stop,
    Validate,
    ValidatedCode,
    Validating,
    Wire,
    Writing,
    sha256_of,
)

SESSION_HEADER = "x-amzn-bedrock-agentcore-runtime-session-id"
SUPERVISOR_ARN = "arn:aws:bedrock-agentcore:us-east-1:000000000000:runtime/raygen_supervisor"
BEGUN, DONE = "begun\n", "done\n"


@dataclass
class Job:
    """A program on the cluster; it prints BEGUN, and DONE when it ends by itself."""

    code_sha256: str
    ended: asyncio.Event = field(default_factory=asyncio.Event)
    status: str = "running"

    @property
    def printed(self) -> str:
        """What it has printed so far."""
        return BEGUN + (DONE if self.status == "succeeded" else "")

    def end(self, status: str) -> None:
        """The job has ended, unless it had before."""
        if not self.ended.is_set():
            self.status = status
            self.ended.set()


@dataclass
class ScriptedAgents:
    """Answers for all sessions; a generation takes `generation` seconds, a job one of `job`, from least to most.

    A program is made of its prompt, so that two clicks on one card are two executions of one SHA-256.
    """

    generation: tuple[float, float] = (0.05, 0.5)
    job: tuple[float, float] = (0.5, 6.0)
    random: Random = field(default_factory=lambda: Random(7))  # noqa: S311 - durations, no secrets
    jobs: dict[str, Job] = field(default_factory=dict)
    executions: Counter[str] = field(default_factory=Counter)
    generations: Counter[str] = field(default_factory=Counter)

    def app(self) -> Starlette:
        """The server."""
        return Starlette(routes=[Route("/runtimes/{arn:path}/invocations", self._invoke, methods=["POST"])])

    async def _invoke(self, request: Request) -> Response:
        asked = REQUEST.validate_json(await request.body())
        headers = {SESSION_HEADER: request.headers[SESSION_HEADER]}
        if isinstance(asked, Generate | Validate):
            return StreamingResponse(self._generate(asked), media_type="text/event-stream", headers=headers)
        if isinstance(asked, Describe):
            health = ClusterHealth(nodes=1, cpus=4, gpus=0, jobs=0)
            return JSONResponse(Envelope.success(ClusterReport(health=health)).model_dump(mode="json"), headers=headers)
        envelope = Envelope.success(await self._job(asked))
        return JSONResponse(envelope.model_dump(mode="json"), headers=headers)

    async def _generate(self, asked: Generate | Validate) -> AsyncIterator[bytes]:
        prompt = asked.prompt if isinstance(asked, Generate) else asked.title
        self.generations[prompt] += 1
        yield _event(Writing(attempt=1))
        await asyncio.sleep(self.random.uniform(*self.generation))
        yield _event(Validating(attempt=1, attempts=3))
        yield _event(Finished(envelope=Envelope.success(program_for(prompt, asked.ray_cluster_ip))))

    async def _job(self, asked: Execute | Follow | Stop) -> JobReport:
        if isinstance(asked, Execute) and asked.run_id not in self.jobs:
            self._start(asked)
        job = self.jobs.get(asked.run_id)
        if job is None:
            return JobReport(status="lost")
        if isinstance(asked, Stop):
            job.end("stopped")
            return _report(asked.run_id, job, 0)
        with suppress(TimeoutError):
            await asyncio.wait_for(job.ended.wait(), asked.wait_seconds)
        return _report(asked.run_id, job, asked.log_offset if isinstance(asked, Follow) else 0)

    def _start(self, asked: Execute) -> None:
        job = self.jobs[asked.run_id] = Job(asked.code_sha256)
        self.executions[asked.code_sha256] += 1
        asyncio.get_running_loop().call_later(self.random.uniform(*self.job), job.end, "succeeded")


def program_for(prompt: str, cluster: str) -> ValidatedCode:
    """The program that a prompt gets."""
    code = f"print({prompt!r})\n"
    return ValidatedCode(
        code=code,
        code_sha256=sha256_of(code),
        title="A program",
        model="a script",
        ray_cluster_ip=cluster,
        output=BEGUN,
        seconds=0.1,
        attempts=(Attempt(number=1, status="succeeded", seconds=0.1),),
    )


def _report(run_id: str, job: Job, offset: int) -> JobReport:
    return JobReport.model_validate(
        {
            "status": job.status,
            "output": job.printed[offset:],
            "log_offset": len(job.printed),
            "job_id": f"raygen-{run_id}",
            "code_sha256": job.code_sha256,
            "exit_code": 0 if job.status == "succeeded" else None,
        }
    )


def _event(event: Wire) -> bytes:
    return f"data: {event.model_dump_json()}\n\n".encode()
