"""Bot's client, supervisor, code-gen runtime, gateway and Lambda, each behind its own HTTP server."""

import json
from contextlib import contextmanager

import pytest

from agents.codegen.entrypoint import build_app as build_codegen
from agents.models import OpenedModel, open_model
from agents.runtime import connect
from agents.settings import ProviderSettings, Timeouts
from agents.supervisor.codegen import RuntimeCodeGenerator
from agents.supervisor.entrypoint import build_app as build_supervisor_app
from agents.supervisor.service import Supervisor
from agents.supervisor.validation import Validator
from agents.wire import JobReport, sha256_of
from sandbox.agentcore import build_app as build_data_plane
from tests.agents.conftest import HOSTILE, SESSION
from tests.agents.lambda_stub import gateway_with
from tests.agents.serving import served
from tests.agents.supervisor.rig import BAD, GENERATE, validate_the_last
from tests.fakes.scripted_model import Call, ScriptedModel

ARN = "arn:aws:bedrock-agentcore:us-east-1:123456789012:runtime/"
TRACEBACK = "Traceback (most recent call last):\nNameError: name 'BAD' is not defined"


class Cluster:
    """A Lambda whose programs fail when they hold BAD, and else print what they are."""

    def __init__(self):
        self.events = []

    def __call__(self, event, _context):
        self.events.append(event)
        code = event["code"]
        if "BAD" in code:
            return JobReport(status="failed", traceback=TRACEBACK).model_dump(mode="json")
        return JobReport(status="succeeded", output=code, code_sha256=sha256_of(code)).model_dump(mode="json")


@contextmanager
def chain(monkeypatch, tmp_path, *, supervising, writing):
    """The bot's client of the chain, and its cluster."""
    routes: dict[str, str] = {}
    cluster = Cluster()
    with gateway_with(cluster, tmp_path) as gateway, served(build_data_plane(routes)) as data_plane:
        monkeypatch.setenv("AWS_ENDPOINT_URL_BEDROCK_AGENTCORE", data_plane)
        supervisor = Supervisor(
            gateway=gateway,
            codegen=RuntimeCodeGenerator(connect(f"{ARN}codegen", Timeouts())),
            open_model=lambda: supervising,
            validator=Validator(gateway, wait_seconds=1, limit=60),
            max_attempts=3,
        )
        with (
            served(build_supervisor_app(supervisor, heartbeat_seconds=1_000)) as supervisor_address,
            served(build_codegen(lambda: writing)) as codegen_address,
        ):
            routes |= {"supervisor": supervisor_address, "codegen": codegen_address}
            yield connect(f"{ARN}supervisor", Timeouts()), cluster


def generated(runtime):
    payload = {"action": "generate", "prompt": "Write it", "session_id": SESSION, "ray_cluster_ip": "10.0.0.7"}
    return list(runtime.stream(SESSION, payload))[-1]["envelope"]


def submit(code):
    return Call("submit_program", {"code": code, "title": "A title", "explanation": "How."})


def test_a_hostile_program_is_not_changed_by_a_single_byte_anywhere(monkeypatch, tmp_path):
    supervising = OpenedModel(ScriptedModel(GENERATE, validate_the_last), "Supervising 1")
    writing = OpenedModel(ScriptedModel(submit(HOSTILE)), "Writing 1")

    with chain(monkeypatch, tmp_path, supervising=supervising, writing=writing) as (runtime, cluster):
        result = generated(runtime)["result"]
        run = runtime.invoke(
            SESSION,
            {
                "action": "execute",
                "code": result["code"],
                "code_sha256": result["code_sha256"],
                "run_id": "r-1",
                "session_id": SESSION,
                "ray_cluster_ip": "10.0.0.7",
            },
        )

    assert result["kind"] == "validated"
    assert [event["code"] for event in cluster.events] == [HOSTILE, HOSTILE]
    assert (result["code"], result["output"], run["result"]["output"]) == (HOSTILE, HOSTILE, HOSTILE)


def test_the_traceback_of_a_failed_validation_reaches_the_writers_model(monkeypatch, tmp_path):
    supervising = OpenedModel(ScriptedModel(*[GENERATE, validate_the_last] * 2), "Supervising 1")
    writer = ScriptedModel(submit(BAD), submit("print('fixed')"))

    with chain(monkeypatch, tmp_path, supervising=supervising, writing=OpenedModel(writer, "Writing 1")) as (
        runtime,
        _,
    ):
        result = generated(runtime)["result"]

    second = writer.requests[1]["messages"][0]["content"][0]["text"]
    assert TRACEBACK in second
    assert BAD in second
    assert (result["kind"], len(result["attempts"])) == ("validated", 2)


def test_the_code_passes_through_no_model_but_the_one_that_wrote_it(monkeypatch, tmp_path):
    supervising = ScriptedModel(GENERATE, validate_the_last)
    writing = OpenedModel(ScriptedModel(submit(HOSTILE)), "Writing 1")

    with chain(monkeypatch, tmp_path, supervising=OpenedModel(supervising, "S"), writing=writing) as (runtime, _):
        generated(runtime)

    assert "literal" not in supervising.words
    assert len(writing.model.requests) == 1


def test_the_name_of_the_model_that_wrote_it_is_on_the_card(monkeypatch, tmp_path):
    supervising = OpenedModel(ScriptedModel(GENERATE, validate_the_last), "Supervising 1")
    writing = OpenedModel(ScriptedModel(submit("x = 1")), "Writing 1", offline=True)

    with chain(monkeypatch, tmp_path, supervising=supervising, writing=writing) as (runtime, _):
        result = generated(runtime)["result"]

    assert (result["model"], result["offline"]) == ("Writing 1", True)


def test_a_writer_who_declines_is_heard_by_the_user(monkeypatch, tmp_path):
    supervising = OpenedModel(
        ScriptedModel(GENERATE, lambda messages: json.dumps(messages[-1], ensure_ascii=False)), "Supervising 1"
    )
    writing = OpenedModel(ScriptedModel("I know no such library."), "Writing 1")

    with chain(monkeypatch, tmp_path, supervising=supervising, writing=writing) as (runtime, cluster):
        result = generated(runtime)["result"]

    assert (result["kind"], cluster.events) == ("reply", [])
    assert "I know no such library." in result["text"]


@pytest.mark.parametrize("content", [HOSTILE.encode(), b"print('hello')\r\n"])
def test_a_file_goes_the_whole_way_in_the_place_of_a_model(monkeypatch, tmp_path, content):
    path = tmp_path / "program.py"
    path.write_bytes(content)
    opened = open_model(f"file:{path}", ProviderSettings())

    with chain(monkeypatch, tmp_path, supervising=opened, writing=opened) as (runtime, cluster):
        result = generated(runtime)["result"]

    assert [event["code"].encode() for event in cluster.events] == [content]
    assert (result["kind"], result["title"], result["offline"]) == ("validated", "program.py", True)
    assert result["model"] == "a file, not a language model"


def test_a_file_that_fails_is_reported_as_it_failed(monkeypatch, tmp_path):
    path = tmp_path / "program.py"
    path.write_text(BAD)
    opened = open_model(f"file:{path}", ProviderSettings())

    with chain(monkeypatch, tmp_path, supervising=opened, writing=opened) as (runtime, _):
        result = generated(runtime)["result"]

    assert (result["kind"], result["traceback"], len(result["attempts"])) == ("unvalidated", TRACEBACK, 1)
