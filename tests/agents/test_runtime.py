import asyncio
import json
from contextlib import contextmanager
from threading import Event

import boto3
import pytest
from hypothesis import given
from hypothesis import strategies as st
from starlette.applications import Starlette
from starlette.responses import JSONResponse, Response, StreamingResponse
from starlette.routing import Route

from agents.backoff import Backoff
from agents.errors import (
    BadRequest,
    RuntimeNotFound,
    RuntimeRefused,
    RuntimeThrottled,
    RuntimeTimeout,
    RuntimeUnavailable,
)
from agents.runtime import RETRIED_CODES, AgentRuntime, checked_session_id, connect
from agents.settings import Timeouts
from sandbox.agentcore import Faults, aws_error, build_app
from tests.agents.conftest import ARN, SESSION
from tests.agents.serving import BOUND, served, unused_address


class Endpoint:
    """A data plane and a runtime in one: answers as told, and keeps what it was sent."""

    def __init__(self, answer):
        self.answer = answer
        self.posts = []
        self.app = Starlette(routes=[Route("/{path:path}", self.post, methods=["POST"])])

    async def post(self, request):
        self.posts.append((dict(request.headers), await request.body()))
        return await self.answer(request)


def answering(*responses):
    waiting = list(responses)

    async def answer(_request):
        return waiting.pop(0) if len(waiting) > 1 else waiting[0]

    return Endpoint(answer)


@contextmanager
def runtime_at(monkeypatch, app, *, waits=None, timeouts=None):
    with served(app) as address:
        monkeypatch.setenv("AWS_ENDPOINT_URL_BEDROCK_AGENTCORE", address)
        yield connect(ARN, timeouts or Timeouts(), wait=([] if waits is None else waits).append)


def sse(*events):
    return StreamingResponse(
        iter([f"data: {json.dumps(event)}\n\n".encode() for event in events]), media_type="text/event-stream"
    )


def test_an_answer_is_decoded_and_the_session_travels_in_the_header(monkeypatch):
    endpoint = answering(JSONResponse({"ok": True}))
    with runtime_at(monkeypatch, endpoint.app) as runtime:
        answer = runtime.invoke(SESSION, {"prompt": "héllo"})

    (headers, body), *others = endpoint.posts
    assert answer == {"ok": True}
    assert others == []
    assert json.loads(body) == {"prompt": "héllo"}
    assert headers["x-amzn-bedrock-agentcore-runtime-session-id"] == SESSION


def test_two_calls_of_a_thread_are_two_turns_of_one_session(monkeypatch):
    endpoint = answering(JSONResponse({}))
    with runtime_at(monkeypatch, endpoint.app) as runtime:
        runtime.invoke(SESSION, {})
        runtime.invoke(SESSION, {})

    assert {headers["x-amzn-bedrock-agentcore-runtime-session-id"] for headers, _ in endpoint.posts} == {SESSION}


def test_an_answer_that_is_a_json_string_is_decoded_once_and_keeps_its_backslashes(monkeypatch):
    printed = "a\\nb\nC:\\temp"
    endpoint = answering(JSONResponse(json.dumps({"output": printed})))
    with runtime_at(monkeypatch, endpoint.app) as runtime:
        assert runtime.invoke(SESSION, {}) == {"output": printed}


def test_a_read_timeout_is_not_followed_by_a_second_post(monkeypatch):
    release = Event()

    async def silence(_request):
        await asyncio.to_thread(release.wait, BOUND)
        return JSONResponse({})

    endpoint = Endpoint(silence)
    timeouts = Timeouts(
        max_wait_seconds=0.01,
        lambda_timeout_seconds=0.02,
        gateway_read_timeout_seconds=0.03,
        runtime_read_timeout_seconds=0.2,
    )
    waits = []
    with runtime_at(monkeypatch, endpoint.app, timeouts=timeouts, waits=waits) as runtime:
        with pytest.raises(RuntimeTimeout):
            runtime.invoke(SESSION, {})
        release.set()

    assert (len(endpoint.posts), waits) == (1, [])


@pytest.mark.parametrize("code", sorted(RETRIED_CODES))
def test_a_refusal_that_came_before_the_runtime_is_tried_again(monkeypatch, code):
    waits = []
    endpoint = answering(aws_error(429, code, "no"), aws_error(429, code, "no"), JSONResponse({"ok": True}))
    with runtime_at(monkeypatch, endpoint.app, waits=waits) as runtime:
        assert runtime.invoke(SESSION, {}) == {"ok": True}

    assert (len(endpoint.posts), len(waits)) == (3, 2)


@pytest.mark.parametrize("body", [b"", b"<html>Too many requests</html>", b'{"message": "Slow down"}'])
def test_a_429_of_something_in_front_of_agentcore_is_tried_again(monkeypatch, body):
    waits = []
    refusal = Response(body, status_code=429, headers={"Retry-After": "1"})
    endpoint = answering(refusal, JSONResponse({"ok": True}))
    with runtime_at(monkeypatch, endpoint.app, waits=waits) as runtime:
        assert runtime.invoke(SESSION, {}) == {"ok": True}

    assert (len(endpoint.posts), len(waits)) == (2, 1)


def test_throttling_that_outlasts_the_budget_is_said(monkeypatch):
    waits, faults = [], Faults(throttle=99)
    with (
        runtime_at(monkeypatch, build_app({}, faults), waits=waits) as runtime,
        pytest.raises(RuntimeThrottled),
    ):
        runtime.invoke(SESSION, {})

    assert faults.throttle == 99 - Backoff().attempts
    assert len(waits) == Backoff().attempts - 1


def test_a_connection_that_never_stood_is_tried_again_and_then_said(monkeypatch):
    waits = []
    monkeypatch.setenv("AWS_ENDPOINT_URL_BEDROCK_AGENTCORE", unused_address())

    with pytest.raises(RuntimeUnavailable):
        connect(ARN, Timeouts(), wait=waits.append).invoke(SESSION, {})

    assert len(waits) == Backoff().attempts - 1


def test_missing_credentials_are_said_as_such(monkeypatch, tmp_path):
    monkeypatch.delenv("AWS_ACCESS_KEY_ID")
    monkeypatch.delenv("AWS_SECRET_ACCESS_KEY")
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(tmp_path / "none"))
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "none"))

    with pytest.raises(RuntimeRefused):
        connect(ARN, Timeouts()).invoke(SESSION, {})


ERRORS_OF_THE_SERVICE = {
    "AccessDeniedException": RuntimeRefused,
    "InternalServerException": RuntimeUnavailable,
    "ResourceNotFoundException": RuntimeNotFound,
    "RetryableConflictException": RuntimeThrottled,
    "RuntimeClientError": RuntimeUnavailable,
    "ServiceQuotaExceededException": RuntimeThrottled,
    "ThrottlingException": RuntimeThrottled,
    "ValidationException": BadRequest,
}


def test_every_error_of_the_service_model_is_in_the_table():
    client = boto3.Session(region_name="us-east-1").client("bedrock-agentcore")
    shapes = client.meta.service_model.operation_model("InvokeAgentRuntime").error_shapes

    assert {shape.name for shape in shapes} == ERRORS_OF_THE_SERVICE.keys()


@pytest.mark.parametrize(("code", "error"), ERRORS_OF_THE_SERVICE.items())
def test_each_error_of_the_service_becomes_one_of_ours(monkeypatch, code, error):
    endpoint = answering(aws_error(400, code, "the service's own words"))
    with runtime_at(monkeypatch, endpoint.app) as runtime, pytest.raises(error) as raised:
        runtime.invoke(SESSION, {})

    assert "own words" not in raised.value.sentence
    assert raised.value.__cause__ is not None


def test_an_answer_that_is_not_json_is_a_failure_with_a_sentence(monkeypatch):
    endpoint = answering(Response(b"<html>", media_type="application/json"))
    with runtime_at(monkeypatch, endpoint.app) as runtime, pytest.raises(RuntimeUnavailable):
        runtime.invoke(SESSION, {})


def test_events_arrive_when_they_are_sent_and_not_when_a_buffer_is_full(monkeypatch):
    seen = Event()

    async def events():
        yield b'data: {"event": "writing", "attempt": 1}\n\n'
        assert await asyncio.to_thread(seen.wait, BOUND)
        yield b'data: {"event": "finished", "envelope": {"ok": true}}\n\n'

    async def answer(_request):
        return StreamingResponse(events(), media_type="text/event-stream")

    with runtime_at(monkeypatch, Endpoint(answer).app) as runtime:
        stream = runtime.stream(SESSION, {})
        first = next(stream)
        seen.set()
        rest = list(stream)

    assert first == {"event": "writing", "attempt": 1}
    assert rest == [{"event": "finished", "envelope": {"ok": True}}]


def test_closing_the_stream_hangs_up(monkeypatch):
    hung_up = Event()

    async def events():
        try:
            yield b'data: {"event": "writing", "attempt": 1}\n\n'
            while True:
                yield b": still here\n\n"
                await asyncio.sleep(0)
        finally:
            hung_up.set()

    async def answer(_request):
        return StreamingResponse(events(), media_type="text/event-stream")

    with runtime_at(monkeypatch, Endpoint(answer).app) as runtime:
        stream = runtime.stream(SESSION, {})
        next(stream)
        stream.close()

        assert hung_up.wait(BOUND)


def test_one_json_answer_to_a_stream_is_its_only_event(monkeypatch):
    envelope = {"ok": False, "result": None, "error": {"code": "bad_request", "message": "No."}}
    with runtime_at(monkeypatch, answering(JSONResponse(envelope)).app) as runtime:
        assert list(runtime.stream(SESSION, {})) == [{"event": "finished", "envelope": envelope}]


def test_a_stream_for_a_call_that_wants_one_answer_gives_its_last_envelope(monkeypatch):
    answer = sse({"event": "writing", "attempt": 1}, {"event": "finished", "envelope": {"ok": True}})
    with runtime_at(monkeypatch, answering(answer).app) as runtime:
        assert runtime.invoke(SESSION, {}) == {"ok": True}


@pytest.mark.parametrize(
    "events",
    [
        [],
        [{"event": "writing", "attempt": 1}],
        [{"error": "boom", "error_type": "KeyError", "message": "An error occurred during streaming"}],
        ["not an object"],
    ],
    ids=["empty", "broken off", "an exception in mid-stream", "another form"],
)
def test_a_stream_without_its_last_event_is_a_failure(monkeypatch, events):
    with (
        runtime_at(monkeypatch, answering(sse(*events)).app) as runtime,
        pytest.raises(RuntimeUnavailable),
    ):
        list(runtime.stream(SESSION, {}))


@given(st.from_regex(r"[A-Za-z0-9][A-Za-z0-9_-]{32,99}", fullmatch=True))
def test_session_ids_of_the_contract_pass_as_they_are(session_id):
    assert checked_session_id(session_id) == session_id


@pytest.mark.parametrize(
    "session_id", ["", "test", "a" * 32, "a" * 101, "-" + "a" * 40, "1763856000.000100" * 3, "a" * 40 + "\n", "é" * 40]
)
def test_a_session_id_that_agentcore_would_not_take_is_refused_before_anything_is_sent(session_id):
    class Untouched:
        invoke_agent_runtime = None

    with pytest.raises(BadRequest):
        AgentRuntime(Untouched(), ARN).invoke(session_id, {})


def test_whatever_answers_where_agentcore_is_is_there(monkeypatch):
    with runtime_at(monkeypatch, answering().app) as runtime:  # a POST is all that it knows
        runtime.look_for()


def test_what_answers_with_a_certificate_that_only_the_client_trusts_is_there(monkeypatch):
    with served(answering().app) as address:
        monkeypatch.setenv("AWS_ENDPOINT_URL_BEDROCK_AGENTCORE", address.replace("http:", "https:"))
        connect(ARN, Timeouts()).look_for()


def test_where_nothing_answers_agentcore_is_away(monkeypatch):
    monkeypatch.setenv("AWS_ENDPOINT_URL_BEDROCK_AGENTCORE", unused_address())
    runtime = connect(ARN, Timeouts())

    with pytest.raises(RuntimeUnavailable):
        runtime.look_for()
