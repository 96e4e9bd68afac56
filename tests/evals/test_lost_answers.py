"""What was lost between the model and the cluster, got again without asking the model where that can be."""

from pathlib import Path

import httpx
import pytest

from agents.wire import Envelope, JobReport, Reply, Usage, WireError
from evals.answers import Answer, AnswerFiles
from evals.asking import Asker
from evals.request import load_requests
from evals.run import Plan, answered
from tests.evals.test_asking import Runtime, app_of

HELLO = next(request for request in load_requests() if request.name == "hello")
CODE = "print('Hello')"
USAGE = Usage(model_calls=2, input_tokens=900, output_tokens=80)
LOST = Answer(
    request="hello",
    prompt=HELLO.prompt,
    model="m",
    outcome="lost",
    code=CODE,
    statuses=("failed",),
    seconds=200.0,
    usage=USAGE,
    date="2026-01-31",
)
RAN = Envelope.success(JobReport(status="succeeded", output="Hello\n", seconds=1))
FAILED = Envelope.success(JobReport(status="failed", error=WireError(code="job_failed", message="It failed.")))
ASKED = Envelope.success(Reply(text="No.", model="m"))


async def got_again(runtime, lost=LOST, **plan):
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app_of(runtime))) as client:
        asker = Asker(client, "http://runtime", "127.0.0.1:8265", "m")
        return await answered(asker, Plan("m", [HELLO], Path("answers"), Path("data"), **plan), HELLO, lost)


async def test_a_program_that_was_written_is_run_and_no_model_is_asked():
    runtime = Runtime(RAN)

    answer = await got_again(runtime)

    assert [asked["action"] for asked in runtime.asked] == ["execute"]
    assert (answer.outcome, answer.output, answer.usage) == ("ran", "Hello\n", USAGE)
    assert answer.statuses == ("failed", "succeeded")
    assert answer.seconds >= 200


async def test_a_program_that_does_not_run_through_is_asked_for_anew():
    runtime = Runtime(FAILED, ASKED)

    answer = await got_again(runtime)

    assert [asked["action"] for asked in runtime.asked] == ["execute", "generate"]
    assert answer.said == "No."


@pytest.mark.parametrize(
    ("lost", "plan"), [(None, {}), (LOST.model_copy(update={"code": ""}), {}), (LOST, {"fresh": True})]
)
async def test_without_a_program_or_on_demand_the_model_is_asked(lost, plan):
    runtime = Runtime(ASKED)

    await got_again(runtime, lost, **plan)

    assert [asked["action"] for asked in runtime.asked] == ["generate"]


def test_a_lost_answer_is_kept_with_its_program(tmp_path):
    kept = AnswerFiles(tmp_path, "m")

    kept.keep(LOST)

    assert kept.find("hello", HELLO.prompt) == LOST
