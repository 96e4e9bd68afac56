"""Asking the supervisor's runtime, as the bot does: a prompt for a program, or a program to be run as it is."""

import json
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import httpx
from pydantic import ValidationError

from agents.wire import (
    GENERATION,
    Envelope,
    Execute,
    Follow,
    Generate,
    JobReport,
    Reply,
    UnvalidatedCode,
    ValidatedCode,
    WireError,
    sha256_of,
)
from evals.answers import Answer, Outcome
from evals.stage import prompts_version, ray_version

SESSION_HEADER = "X-Amzn-Bedrock-AgentCore-Runtime-Session-Id"
SECONDS = 1800.0
"""For a whole turn: a small model on a laptop writes for minutes, three times over."""
WAIT_SECONDS = 10.0
_ABOUT_THE_MODEL = frozenset({"needs_approval", "no_code", "policy", "syntax"})
"""Errors by which no program came, or none that may be run; any other is a broken part, and no answer."""

Fields = dict[str, Any]


@dataclass(frozen=True)
class Asker:
    """Asks the supervisor at `url` about programs for `cluster`; `model` is what answers are filed by."""

    client: httpx.AsyncClient
    url: str
    cluster: str
    model: str

    async def ask(self, request: str, prompt: str) -> Answer:
        """What becomes of `prompt`."""
        began, session = time.monotonic(), _session()
        wanted = Generate(prompt=prompt, session_id=session, ray_cluster_ip=self.cluster)
        envelope = await self._envelope(session, wanted)
        return self._answer(request, prompt, time.monotonic() - began, _of_generation(envelope))

    async def run(self, request: str, prompt: str, code: str) -> Answer:
        """What becomes of `code`, which no model is asked about."""
        began, session = time.monotonic(), _session()
        envelope = await self._report(session, code)
        return self._answer(request, prompt, time.monotonic() - began, _of_run(envelope, code))

    async def _report(self, session: str, code: str) -> Envelope:
        """The envelope of the run's last report, with all of the output."""
        run_id, output = f"eval-{uuid4().hex}", ""
        where = {"session_id": session, "ray_cluster_ip": self.cluster, "wait_seconds": WAIT_SECONDS, "run_id": run_id}
        envelope = await self._envelope(session, Execute(code=code, code_sha256=sha256_of(code), **where))
        while envelope.ok:
            report = JobReport.model_validate(envelope.result)
            output += report.output
            if report.final:
                return Envelope.success(report.model_copy(update={"output": output}))
            envelope = await self._envelope(session, Follow(log_offset=report.log_offset, **where))
        return envelope

    async def _envelope(self, session: str, wanted: Generate | Execute | Follow) -> Envelope:
        """The answer's envelope; a runtime that does not answer is a failure like any other."""
        headers = {SESSION_HEADER: session, "Accept": "text/event-stream, application/json"}
        try:
            answer = await self.client.post(
                f"{self.url}/invocations", json=wanted.model_dump(mode="json"), headers=headers, timeout=SECONDS
            )
            return Envelope.model_validate(_last(answer.raise_for_status()))
        except (httpx.HTTPError, ValidationError, ValueError):
            return Envelope.failure(WireError(code="runtime_unavailable", message="The supervisor gave no answer."))

    def _answer(self, request: str, prompt: str, seconds: float, fields: Fields) -> Answer:
        return Answer(
            request=request,
            prompt=prompt,
            model=self.model,
            seconds=round(seconds, 3),
            prompts=prompts_version(),
            ray=ray_version(),
            date=datetime.now(UTC).date().isoformat(),
            **fields,
        )


def _session() -> str:
    return f"eval-{uuid4().hex}"


def _last(answer: httpx.Response) -> object:
    """The envelope of a JSON answer, or the one that ends a stream of server-sent events."""
    if not answer.headers.get("content-type", "").startswith("text/event-stream"):
        return answer.json()
    data = [line.removeprefix("data:") for line in answer.text.splitlines() if line.startswith("data:")]
    return json.loads(data[-1]).get("envelope") if data else None


def _of_generation(envelope: Envelope) -> Fields:
    usage = {"usage": envelope.usage} if envelope.usage else {}
    if envelope.error is not None:
        return {**usage, "outcome": _outcome(envelope.error), "said": envelope.error.message}
    match GENERATION.validate_python(envelope.result):
        case ValidatedCode() as found:
            fields: Fields = {"outcome": "ran", "output": found.output, "files_saved": found.files_saved}
        case UnvalidatedCode() as found:
            fields = {"outcome": _failure(found.error), "output": found.output, "said": found.error.message}
        case Reply(text=text):
            return {**usage, "outcome": "refused", "said": text}
    statuses = tuple(attempt.status for attempt in found.attempts)
    return {**usage, **fields, "code": found.code, "statuses": statuses}


def _of_run(envelope: Envelope, code: str) -> Fields:
    if envelope.error is not None:
        return {"outcome": _outcome(envelope.error), "said": envelope.error.message, "code": code}
    report = JobReport.model_validate(envelope.result)
    outcome: Outcome = "ran" if report.status == "succeeded" else "failed"
    if report.error is not None and outcome == "failed":
        outcome = _failure(report.error)
    return {
        "outcome": outcome,
        "code": code,
        "output": report.output,
        "files_saved": len(report.files) + report.more_files,
        "said": report.error.message if report.error else "",
        "statuses": (report.status,),
    }


def _outcome(error: WireError) -> Outcome:
    return "refused" if error.code in _ABOUT_THE_MODEL else "lost"


def _failure(error: WireError) -> Outcome:
    """How a program ended that did not succeed."""
    if error.code in {"job_failed", "syntax", "not_validated"}:
        return "failed"
    return _outcome(error)
