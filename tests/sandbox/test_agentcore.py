import asyncio
import json
import socket
from contextlib import contextmanager
from threading import Event, Thread

import boto3
import httpx
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError
from starlette.applications import Starlette
from starlette.responses import JSONResponse, StreamingResponse
from starlette.routing import Route

from sandbox.agentcore import Faults, build_app
from sandbox.invocations import Invocations
from tests.agents.serving import BOUND, served, unused_address

ARN = "arn:aws:bedrock-agentcore:us-east-1:123456789012:runtime/supervisor-AbCdEf1234"
SESSION = "thread-" + "a" * 40
SESSION_HEADER = "X-Amzn-Bedrock-AgentCore-Runtime-Session-Id"


class Runtime:
    """A runtime that keeps what it was sent."""

    def __init__(self, answer):
        self.answer = answer
        self.requests = []
        self.app = Starlette(routes=[Route("/invocations", self.invoke, methods=["POST"])])

    async def invoke(self, request):
        self.requests.append((dict(request.headers), await request.body()))
        return self.answer


@contextmanager
def client_of(data_plane):
    with served(data_plane) as address:
        config = Config(retries={"total_max_attempts": 1})
        credentials = {"aws_access_key_id": "AKIDEXAMPLE", "aws_secret_access_key": "secret"}
        session = boto3.Session(region_name="us-east-1", **credentials)
        yield session.client("bedrock-agentcore", endpoint_url=address, config=config)


def invoke(client, arn=ARN, session=SESSION, payload=b"{}"):
    return client.invoke_agent_runtime(
        agentRuntimeArn=arn, runtimeSessionId=session, payload=payload, contentType="application/json"
    )


def refused(client, **arguments):
    with pytest.raises(ClientError) as raised:
        invoke(client, **arguments)
    error = raised.value.response
    return error["ResponseMetadata"]["HTTPStatusCode"], error["Error"]["Code"]


@pytest.mark.parametrize("key", [ARN, "supervisor-AbCdEf1234"], ids=["by ARN", "by name"])
def test_boto3_reaches_the_runtime_with_its_session_and_payload(key):
    runtime = Runtime(JSONResponse({"ok": True}))

    with served(runtime.app) as address, client_of(build_app({key: address})) as client:
        answer = invoke(client, payload=json.dumps({"prompt": "é"}).encode())
        body = answer["response"].read()

    ((headers, sent),) = runtime.requests
    assert json.loads(body) == {"ok": True}
    assert answer["runtimeSessionId"] == SESSION
    assert (headers[SESSION_HEADER.lower()], json.loads(sent)) == (SESSION, {"prompt": "é"})
    assert "authorization" not in headers


def test_a_runtime_that_is_not_known_is_not_found():
    with client_of(build_app({})) as client:
        assert refused(client) == (404, "ResourceNotFoundException")


@pytest.mark.parametrize("status", [400, 404, 500])
def test_a_runtimes_own_error_becomes_a_424_without_its_body(status):
    runtime = Runtime(JSONResponse({"error": "the reason"}, status_code=status))

    with (
        served(runtime.app) as address,
        client_of(build_app({ARN: address})) as client,
        pytest.raises(ClientError) as raised,
    ):
        invoke(client)

    assert raised.value.response["ResponseMetadata"]["HTTPStatusCode"] == 424
    assert raised.value.response["Error"]["Code"] == "RuntimeClientError"
    assert "the reason" not in str(raised.value.response)


def test_a_runtime_that_is_not_running_is_a_424():
    with client_of(build_app({ARN: unused_address()})) as client:
        assert refused(client) == (424, "RuntimeClientError")


@pytest.mark.parametrize("session", ["a" * 257, "thread_1763856000.000100_" + "a" * 20, "-" + "a" * 40])
def test_a_session_id_of_another_form_is_refused(session):
    with client_of(build_app({})) as client:
        assert refused(client, session=session) == (400, "ValidationException")


def test_a_request_without_a_signature_is_refused():
    with served(build_app({})) as address:
        answer = httpx.post(f"{address}/runtimes/x/invocations", json={}, headers={SESSION_HEADER: SESSION})

    assert (answer.status_code, answer.headers["x-amzn-errortype"]) == (403, "AccessDeniedException")


def test_throttling_lasts_as_long_as_it_was_told_to():
    runtime = Runtime(JSONResponse({}))
    faults = Faults(throttle=2)

    with served(runtime.app) as address, client_of(build_app({ARN: address}, faults)) as client:
        refusals = [refused(client) for _ in range(2)]
        invoke(client)

    assert refusals == [(429, "ThrottlingException")] * 2
    assert len(runtime.requests) == 1


def test_a_route_that_is_added_later_is_found():
    routes = {}
    runtime = Runtime(JSONResponse({}))

    with served(runtime.app) as address, client_of(build_app(routes)) as client:
        before = refused(client)
        routes[ARN] = address
        after = invoke(client)["statusCode"]

    assert (before, after) == ((404, "ResourceNotFoundException"), 200)


def test_a_stream_is_passed_on_as_it_comes():
    seen = Event()

    async def events():
        yield b"data: 1\n\n"
        assert await asyncio.to_thread(seen.wait, BOUND)
        yield b"data: 2\n\n"

    runtime = Runtime(StreamingResponse(events(), media_type="text/event-stream"))

    with (
        served(runtime.app) as address,
        client_of(build_app({ARN: address})) as client,
        invoke(client)["response"] as raw,
    ):
        first = raw.read1(1000)
        seen.set()
        second = raw.read1(1000)

    assert (first, second) == (b"data: 1\n\n", b"data: 2\n\n")


def test_a_client_that_hangs_up_is_hung_up_on_at_the_runtime():
    gone = Event()

    async def events():
        try:
            while True:
                yield b": waiting\n\n"
                await asyncio.sleep(0)
        finally:
            gone.set()

    runtime = Runtime(StreamingResponse(events(), media_type="text/event-stream"))

    with served(runtime.app) as address, client_of(build_app({ARN: address})) as client:
        with invoke(client)["response"] as raw:
            raw.read1(10)

        assert gone.wait(BOUND)


def test_a_call_and_its_answer_are_seen_as_they_pass():
    envelope = {"ok": True, "result": {"kind": "reply", "text": "é", "model": "m"}, "usage": {"output_tokens": 7}}
    runtime = Runtime(JSONResponse(envelope))
    seen = Invocations(lambda: None)

    with served(runtime.app) as address, client_of(build_app({ARN: address}, seen=seen)) as client:
        invoke(client, payload=json.dumps({"action": "generate", "prompt": "é"}).encode())["response"].read()

    line = seen.lines()[0]
    assert (line["runtime"], line["about"], line["state"]) == ("supervisor-AbCdEf1234", "é", "ok")
    assert (line["status"], line["model"], line["tokens_out"]) == ("reply", "m", 7)
    assert seen.whole(0)["session"] == SESSION


@pytest.mark.parametrize("status", [500, None])
def test_a_call_that_the_runtime_fails_is_seen_to_fail(status):
    runtime = Runtime(JSONResponse({}, status_code=status or 200))
    seen = Invocations(lambda: None)

    with served(runtime.app) as address:
        routes = {ARN: address if status else unused_address()}
        with client_of(build_app(routes, seen=seen)) as client:
            refused(client)

    assert seen.lines()[0]["state"] == (f"status {status}" if status else "no connection")


@contextmanager
def one_answer_a_connection():
    """A runtime that hangs up when a connection brings a second request; its address."""

    def serve(listening):
        while True:
            try:
                connection, _ = listening.accept()
            except OSError:
                return
            with connection:
                request = connection.recv(65_536)
                while not request.endswith(b"{}"):
                    request += connection.recv(65_536)
                connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{}")
                connection.recv(65_536)

    with socket.create_server(("127.0.0.1", 0)) as listening:
        thread = Thread(target=serve, args=(listening,))
        thread.start()
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"
        listening.shutdown(socket.SHUT_RDWR)
    thread.join(BOUND)


def test_a_runtime_that_closes_idle_connections_answers_every_call():
    with one_answer_a_connection() as address, client_of(build_app({ARN: address})) as client:
        answers = [invoke(client)["response"].read() for _ in range(3)]

    assert answers == [b"{}"] * 3
