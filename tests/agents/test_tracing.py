"""From the caller to the job: which spans there are, how they hang together, and what never is in them."""

import subprocess
import sys

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from agents.cluster.handler import handler
from agents.models import OpenedModel
from agents.tracing import span, traceparent
from agents.wire import sha256_of
from tests.agents.cluster.calls import context
from tests.agents.cluster.conftest import _run_and_succeed
from tests.agents.conftest import HOSTILE, SESSION
from tests.agents.supervisor.rig import GENERATE, validate_the_last
from tests.agents.test_chain import chain, generated, submit
from tests.fakes.otlp_collector import collector
from tests.fakes.ray_jobs_api import FakeRayCluster
from tests.fakes.scripted_model import ScriptedModel
from tests.spans import named, spans, text_of

__all__ = ["spans"]

PROGRAM = "print('a program')"
SECRET = "a-token-of-the-cluster"


@pytest.fixture
def real_lambda(monkeypatch):
    """The Lambda's handler, before a cluster on which every program succeeds."""
    with FakeRayCluster(token=SECRET, on_submit=_run_and_succeed) as cluster:
        monkeypatch.setenv("RAYGEN_CLUSTER_HOSTS", cluster.address)
        monkeypatch.setenv("RAYGEN_RAY_TOKEN", SECRET)

        def call(code, run_id):
            event = {"code": code, "ray_cluster_ip": cluster.address, "run_id": run_id, "wait_seconds": 1}
            return handler(event, context("validate_ray_code"))

        yield call


def models():
    supervising = OpenedModel(ScriptedModel(GENERATE, validate_the_last), "Supervising 1")
    return {"supervising": supervising, "writing": OpenedModel(ScriptedModel(submit(HOSTILE)), "Writing 1")}


def execution(run_id):
    return {
        "action": "execute",
        "code": PROGRAM,
        "code_sha256": sha256_of(PROGRAM),
        "run_id": run_id,
        "session_id": SESSION,
        "ray_cluster_ip": "10.0.0.7",
    }


def test_a_run_is_one_trace_through_every_process_whoever_begins_it(spans, monkeypatch, tmp_path, real_lambda):
    with chain(monkeypatch, tmp_path, **models()) as (runtime, _), span("runs.work", row="r-1"):
        runtime.invoke(SESSION, execution("r-1"))
    real_lambda(PROGRAM, "r-1")
    with span("another replica", row="r-1"):
        pass

    ended = spans.get_finished_spans()
    assert {one.context.trace_id for one in ended} == {ended[0].context.trace_id}
    assert {"agentcore.invoke", "supervisor.execute", "gateway.call", "cluster.call"} <= {one.name for one in ended}


def test_each_process_stands_below_the_one_that_called_it(spans, monkeypatch, tmp_path):
    with chain(monkeypatch, tmp_path, **models()) as (runtime, _), span("runs.work", row="r-1"):
        runtime.invoke(SESSION, execution("r-1"))

    [work], [invoke] = named(spans, "runs.work"), named(spans, "agentcore.invoke")
    [execute] = named(spans, "supervisor.execute")
    assert invoke.parent.span_id == work.context.span_id
    assert execute.parent.span_id == invoke.context.span_id
    assert execute.attributes["raygen.run_id"] == "r-1"


def test_writing_code_is_below_the_turn_that_wanted_it_and_says_how_it_ended(spans, monkeypatch, tmp_path):
    with chain(monkeypatch, tmp_path, **models()) as (runtime, _), span("turns.work", row="turn-1"):
        generated(runtime)

    [work], [writing] = named(spans, "turns.work"), named(spans, "codegen.generate")
    assert writing.context.trace_id == work.context.trace_id
    assert (writing.attributes["raygen.session_id"], writing.attributes["raygen.outcome"]) == (SESSION, "ok")


def test_the_jobs_submission_id_is_on_the_span_of_the_lambda(spans, real_lambda):
    report = real_lambda(PROGRAM, "r-7")

    [call] = named(spans, "cluster.call")
    assert report["status"] == "succeeded"
    assert call.attributes["raygen.submission_id"] == "raygen-r-7"
    assert call.attributes["raygen.status"] == "succeeded"


def test_a_validation_is_below_the_turn_that_wanted_it_and_leads_to_the_trace_of_its_run(spans, monkeypatch, tmp_path):
    with chain(monkeypatch, tmp_path, **models()) as (runtime, cluster), span("turns.work", row="turn-1"):
        generated(runtime)

    [work], [call] = named(spans, "turns.work"), named(spans, "gateway.call")
    run_id = cluster.events[0]["run_id"]
    with span("of the run", row=run_id):
        pass
    [of_run] = named(spans, "of the run")
    assert call.context.trace_id == work.context.trace_id
    assert [link.context.trace_id for link in call.links] == [of_run.context.trace_id]


def test_no_prompt_program_output_or_secret_is_in_any_span(spans, monkeypatch, tmp_path, real_lambda):
    with chain(monkeypatch, tmp_path, **models()) as (runtime, _):
        result = generated(runtime)["result"]
        runtime.invoke(SESSION, execution("r-1"))
    real_lambda(f"print('{SECRET}')", "r-2")

    sent = text_of(spans)
    assert result["code"] == HOSTILE
    assert {one.instrumentation_scope.name for one in spans.get_finished_spans()} == {"raygen"}
    assert not any(word in sent for word in ("Write it", "print(", "literal", "A title", "hello", SECRET))


def test_of_a_failure_its_type_is_told_and_not_its_words(spans):
    with pytest.raises(ValueError, match="hunter2"), span("fails", row="r-1"):
        raise ValueError("the password is hunter2")

    [failed] = named(spans, "fails")
    assert failed.status.description == "ValueError"
    assert "hunter2" not in text_of(spans)


@pytest.mark.usefixtures("spans")
@given(value=st.text())
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_only_words_of_our_own_become_attributes(spans, value):
    spans.clear()
    with span("one", thing=value):
        pass

    [one] = named(spans, "one")
    held = one.attributes.get("raygen.thing")
    assert held in {None, value}
    assert held is None or (held.isascii() and " " not in held and "\n" not in held)


@pytest.mark.parametrize(
    "header", [None, "", "00-1-2-01", f"00-{'0' * 32}-{'0' * 16}-01", f"00-{'g' * 32}-{'1' * 16}-01"]
)
def test_a_header_that_names_no_span_is_passed_over(spans, header):
    with span("mine", row="r-1", remote=header), span("inner"):
        named_by_us = traceparent()
    with span("by the header", remote=named_by_us):
        pass

    [mine], [by_header] = named(spans, "mine"), named(spans, "by the header")
    assert mine.context.trace_id == by_header.context.trace_id


LOOK = """
import sys
import bot.__main__
from agents.settings import TracingSettings
from agents.collector import send_spans
from agents.tracing import span, traceparent
send_spans("bot", TracingSettings())
with span("quiet", row="r-1", word="x") as note:
    note(more="y")
    assert traceparent() is None
print(sorted(name for name in sys.modules if name.startswith(("opentelemetry.sdk", "opentelemetry.exporter"))))
"""


def test_without_a_collector_nothing_is_loaded_into_the_bot_that_could_send_a_span():
    looked = subprocess.run([sys.executable, "-c", LOOK], capture_output=True, check=True, text=True, env={})

    assert looked.stdout == "[]\n"


SEND = """
import sys
from agents.settings import TracingSettings
from agents.collector import send_spans
from agents.tracing import span
send_spans("bot", TracingSettings())
with span("slack.delivery", row="r-1"):
    pass
"""


def test_spans_arrive_at_the_collector_that_the_environment_names():
    with collector() as there:
        subprocess.run([sys.executable, "-c", SEND], check=True, env={"OTEL_EXPORTER_OTLP_ENDPOINT": there.address})

    assert there.spans == [("raygen-bot", "slack.delivery")]
