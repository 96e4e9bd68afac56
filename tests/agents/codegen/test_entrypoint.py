import json

import httpx
import pytest

from agents.codegen.dialects import shipped
from agents.codegen.entrypoint import build_app
from agents.errors import ModelMisconfigured
from agents.models import OpenedModel
from agents.wire import Envelope, GeneratedCode
from tests.agents.conftest import HOSTILE
from tests.agents.serving import served
from tests.fakes.scripted_model import Call, ScriptedModel

SUBMIT = Call("submit_program", {"code": HOSTILE, "title": "Hostile", "explanation": ""})


def asked(model, payload):
    with served(build_app(lambda: OpenedModel(model, "Scripted 1", offline=True))) as address:
        response = httpx.post(f"{address}/invocations", json=payload)
    assert response.status_code == 200
    return Envelope.model_validate(response.json())


def test_the_program_comes_back_in_an_envelope_with_every_byte():
    envelope = asked(ScriptedModel(SUBMIT), {"prompt": "Write it", "session_id": "s"})

    assert GeneratedCode.model_validate(envelope.result) == GeneratedCode(
        code=HOSTILE, title="Hostile", model="Scripted 1", offline=True, prompt_version=shipped("ray").version
    )


def test_a_bare_prompt_is_enough_and_means_ray():
    model = ScriptedModel(SUBMIT)

    envelope = asked(model, {"prompt": "Write it"})

    assert envelope.ok
    assert model.requests[0]["system_prompt"] == shipped("ray").text


def test_a_spark_callers_prompt_replaces_rays_and_its_program_is_left_alone():
    model = ScriptedModel(
        "```python\nfrom pyspark.sql import SparkSession\nspark = SparkSession.builder.getOrCreate()\n```"
    )

    envelope = asked(model, {"prompt": "Count words", "system_prompt": "You write PySpark."})

    assert model.requests[0]["system_prompt"] == "You write PySpark."
    assert envelope.result["code"] == (
        "from pyspark.sql import SparkSession\nspark = SparkSession.builder.getOrCreate()\n"
    )


def test_spark_has_a_prompt_of_its_own_that_knows_nothing_of_ray():
    assert "SparkSession" in shipped("spark").text
    assert "ray" not in shipped("spark").text.lower().replace("array", "")


@pytest.mark.parametrize("payload", [{}, {"prompt": ""}, {"prompt": 1}, {"prompt": "x", "model": "mine"}, [], "x", 12])
def test_a_payload_that_is_not_a_request_is_a_failure_with_a_code(payload):
    envelope = asked(ScriptedModel(), payload)

    assert (envelope.ok, envelope.error.code) == (False, "bad_request")


def test_no_program_is_a_failure_with_the_models_words_and_no_success_with_an_error_in_it():
    envelope = asked(ScriptedModel("I cannot."), {"prompt": "x"})

    assert (envelope.ok, envelope.result, envelope.error.code) == (False, None, "no_code")
    assert "I cannot." in envelope.error.message


def test_a_crash_is_an_envelope_too_and_tells_no_secret():
    def crash():
        raise KeyError("a secret")

    with served(build_app(crash)) as address:
        response = httpx.post(f"{address}/invocations", json={"prompt": "x"})

    envelope = Envelope.model_validate(response.json())
    assert (response.status_code, envelope.error.code) == (200, "internal")
    assert "secret" not in response.text


def test_a_model_that_cannot_be_built_is_said():
    def misconfigured():
        raise ModelMisconfigured("Set RAYGEN_MODEL.")

    with served(build_app(misconfigured)) as address:
        response = httpx.post(f"{address}/invocations", json={"prompt": "x"})

    assert response.json()["error"] == {"code": "model_unavailable", "message": "Set RAYGEN_MODEL."}


def test_with_progress_the_answer_is_a_stream_that_ends_with_the_envelope():
    model = ScriptedModel(SUBMIT)

    with served(build_app(lambda: OpenedModel(model, "Scripted 1"))) as address:
        response = httpx.post(f"{address}/invocations", json={"prompt": "Write it", "progress": True})

    events = [json.loads(line.removeprefix("data: ")) for line in response.text.split("\n") if line.strip()]
    envelope = Envelope.model_validate(events[-1]["envelope"])
    assert response.headers["content-type"].startswith("text/event-stream")
    assert (events[-1]["event"], envelope.result["code"]) == ("finished", HOSTILE)


@pytest.mark.parametrize("step", [SUBMIT, "I cannot."], ids=["program", "none"])
def test_what_the_model_took_is_told_with_a_program_and_without_one(step):
    envelope = asked(ScriptedModel(step), {"prompt": "Write it"})

    assert (envelope.usage.model_calls, envelope.usage.input_tokens, envelope.usage.output_tokens) == (1, 10, 5)


def test_facts_are_told_to_the_model_after_rays_prompt():
    model = ScriptedModel(SUBMIT)

    asked(model, {"prompt": "Write it", "facts": "The cluster has 2 CPUs."})

    assert model.requests[0]["system_prompt"].endswith("The cluster has 2 CPUs.\n")
