"""A program that a person gives is validated as it is, and no model is opened for it."""

from threading import Event

import pytest

from agents.errors import Cancelled
from agents.supervisor.entrypoint import answer
from agents.supervisor.lookups import EXPLAINED
from agents.supervisor.versions import GIVEN
from agents.wire import GENERATION, InputFiles, JobReport, Validate
from tests.agents.conftest import HOSTILE, SESSION
from tests.agents.supervisor.rig import CLUSTER, GOOD, rig
from tests.agents.supervisor.test_conversation import offline
from tests.fakes.gateway import FakeGateway

FILES = InputFiles(sha256="0" * 64, size=10, names=("a.csv",), url="https://store/a.zip")


def request(code=GOOD, **changes):
    return Validate(code=code, title="Mine", session_id="not used", ray_cluster_ip=CLUSTER, **changes)


def validated(turn, asked):
    envelope = turn.supervisor.validate(asked, SESSION, turn.events.append, turn.cancelled)
    return GENERATION.validate_python(envelope.result)


def test_a_given_program_is_run_once_exactly_as_it_is():
    turn = rig()

    generation = validated(turn, request(HOSTILE))

    assert (generation.kind, generation.code, generation.title, generation.model) == (
        "validated",
        HOSTILE,
        "Mine",
        GIVEN,
    )
    assert list(turn.gateway.started.values()) == [HOSTILE]
    assert (turn.model.requests, turn.writer.prompts) == ([], [])


def test_a_given_program_that_fails_is_told_with_its_failure_and_not_repaired():
    turn = rig(gateway=FakeGateway(lambda _code: [JobReport(status="failed", traceback="Traceback\nNameError: x")]))

    generation = validated(turn, request())

    assert (generation.kind, generation.code, len(generation.attempts)) == ("unvalidated", GOOD, 1)
    assert "NameError" in (generation.traceback or "")
    assert turn.writer.prompts == []


def test_a_given_program_has_the_files_of_its_thread():
    turn = rig()

    validated(turn, request(input_files=FILES))

    assert FILES in [call.get("input_files") for _, call in turn.gateway.calls]


def test_a_validation_that_is_cancelled_ends():
    turn = rig()
    turn.cancelled = Event()
    turn.cancelled.set()

    with pytest.raises(Cancelled):
        validated(turn, request())


async def test_the_runtime_streams_the_validation_of_a_given_program():
    events = [event async for event in answer(rig().supervisor, request().model_dump(mode="json"), SESSION, 10)]

    assert [event["event"] for event in events] == ["validating", "finished"]
    assert events[-1]["envelope"]["result"]["kind"] == "validated"


@pytest.mark.parametrize(
    "prompt",
    ["Explain this program: what it does, step by step.", "Explain this Ray error, and what to do:\n\nE: x\ny"],
)
def test_without_a_language_model_nothing_is_explained_and_that_is_said(prompt):
    generation = offline().generate(prompt, code=GOOD)

    assert (generation.kind, generation.text, generation.offline) == ("reply", EXPLAINED, True)
