"""What the supervisor's runtime answers, read into answers; the runtime is a stand-in over HTTP."""

import json

import httpx
import pytest
from starlette.applications import Starlette
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from agents.wire import Attempt, Envelope, JobReport, Reply, UnvalidatedCode, Usage, ValidatedCode, WireError, sha256_of
from evals.asking import SESSION_HEADER, Asker

CODE = "print('Hello')"
COMMON = {"code": CODE, "code_sha256": sha256_of(CODE), "title": "t", "model": "m", "ray_cluster_ip": "c"}
ATTEMPTS = (Attempt(number=1, status="failed", seconds=1, error="e"), Attempt(number=2, status="succeeded", seconds=1))


class Runtime:
    """Answers each call with the next of `answers`, and remembers what it was asked."""

    def __init__(self, *answers: Envelope | Response) -> None:
        self.answers = list(answers)
        self.asked: list[dict[str, object]] = []
        self.sessions: list[str] = []

    async def invoke(self, request):
        self.asked.append(await request.json())
        self.sessions.append(request.headers[SESSION_HEADER])
        answer = self.answers.pop(0)
        if isinstance(answer, Response):
            return answer
        if self.asked[-1]["action"] != "generate":
            return JSONResponse(answer.model_dump(mode="json"))
        events = [{"event": "heartbeat", "seconds": 1.0}]
        events += [{"event": "finished", "envelope": answer.model_dump(mode="json")}]
        stream = "".join(f"data: {json.dumps(event)}\n\n" for event in events)
        return Response(stream, media_type="text/event-stream")

    async def answer(self, code=None):
        async with httpx.AsyncClient(transport=httpx.ASGITransport(app_of(self))) as client:
            asker = Asker(client, "http://runtime", "127.0.0.1:8265", "m")
            if code is None:
                return await asker.ask("hello", "Say Hello")
            return await asker.run("hello", "Say Hello", code)


def app_of(runtime):
    return Starlette(routes=[Route("/invocations", runtime.invoke, methods=["POST"])])


async def test_a_validated_program_is_kept_with_its_attempts_and_its_usage():
    code = ValidatedCode(**COMMON, output="Hello\n", files_saved=1, seconds=1, attempts=ATTEMPTS)
    usage = Usage(model_calls=3, input_tokens=900, output_tokens=80)

    runtime = Runtime(Envelope.success(code).model_copy(update={"usage": usage}))
    answer = await runtime.answer()

    assert (answer.outcome, answer.code, answer.output, answer.files_saved) == ("ran", CODE, "Hello\n", 1)
    assert answer.statuses == ("failed", "succeeded")
    assert answer.usage == usage
    assert runtime.asked[0]["prompt"] == "Say Hello"
    assert len(runtime.sessions[0]) >= 33


@pytest.mark.parametrize(
    ("error", "outcome"), [("job_failed", "failed"), ("policy", "refused"), ("cluster_unreachable", "lost")]
)
async def test_a_program_that_did_not_succeed_is_told_from_one_that_was_not_allowed_or_lost(error, outcome):
    code = UnvalidatedCode(**COMMON, error=WireError(code=error, message="No."), attempts=ATTEMPTS[:1])

    answer = await Runtime(Envelope.success(code)).answer()

    assert (answer.outcome, answer.said) == (outcome, "No.")


async def test_words_instead_of_a_program_are_a_refusal():
    reply = await Runtime(Envelope.success(Reply(text="I cannot.", model="m"))).answer()
    error = await Runtime(Envelope.failure(WireError(code="no_code", message="None."))).answer()

    assert (reply.outcome, reply.said) == ("refused", "I cannot.")
    assert (error.outcome, error.said) == ("refused", "None.")


@pytest.mark.parametrize("broken", [Response(status_code=500), Response("no JSON"), JSONResponse(["x"])])
async def test_a_runtime_that_does_not_answer_loses_the_request(broken):
    answer = await Runtime(broken).answer()

    assert answer.outcome == "lost"


async def test_a_run_is_followed_to_its_end():
    running = JobReport(status="running", output="Hel", log_offset=3)
    ended = JobReport(status="succeeded", output="lo\n", log_offset=6)

    runtime = Runtime(Envelope.success(running), Envelope.success(ended))
    answer = await runtime.answer(CODE)

    assert (answer.outcome, answer.output) == ("ran", "Hello\n")
    assert [asked["action"] for asked in runtime.asked] == ["execute", "follow"]
    assert runtime.asked[1]["log_offset"] == 3
    assert runtime.asked[0]["run_id"] == runtime.asked[1]["run_id"]
