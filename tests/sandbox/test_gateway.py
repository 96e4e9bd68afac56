import json
from contextlib import contextmanager
from threading import Event

import anyio
import httpx
import httpx2
import pytest
from mcp.client import Client
from mcp.client.streamable_http import streamable_http_client

from sandbox.gateway import INTERNAL_ERROR, build_app
from tests.agents.serving import BOUND, served

TOOL = "ray-code-validation-inline___validate_ray_code"
SCHEMA = [
    {
        "name": "validate_ray_code",
        "description": "Run it.",
        "inputSchema": {"type": "object", "properties": {"code": {"type": "string"}}, "required": ["code"]},
    },
    {"name": "stop_ray_job", "description": "Stop it.", "inputSchema": {"type": "object", "properties": {}}},
]


@contextmanager
def gateway_of(handler, tmp_path, **options):
    schema = tmp_path / "tool_schema.json"
    schema.write_text(json.dumps(SCHEMA))
    with served(build_app(handler, schema, **options)) as address:
        yield f"{address}/mcp"


def asked(url, question):
    """What `question` gets from a client that is connected with a signature of sorts."""

    async def ask():
        headers = {"Authorization": "AWS4-HMAC-SHA256 Credential=x"}
        async with (
            httpx2.AsyncClient(headers=headers) as http,
            Client(streamable_http_client(url, http_client=http), cache=None) as client,
        ):
            return await question(client)

    return anyio.run(ask)


def call(url, name=TOOL, **arguments):
    return asked(url, lambda client: client.call_tool(name, arguments))


def test_the_tools_of_the_schema_carry_the_targets_name(tmp_path):
    with gateway_of(lambda _event, _context: {}, tmp_path, target="another-target") as url:
        listed = asked(url, lambda client: client.list_tools()).tools

    assert [tool.name for tool in listed] == ["another-target___validate_ray_code", "another-target___stop_ray_job"]
    assert listed[0].input_schema == SCHEMA[0]["inputSchema"]


def test_the_handler_gets_the_bare_arguments_and_the_tools_name_in_the_client_context(tmp_path):
    invocations = []

    def handler(event, context):
        invocations.append((event, context.client_context.custom["bedrockAgentCoreToolName"]))
        return {"status": "succeeded", "output": "é\\n"}

    with gateway_of(handler, tmp_path) as url:
        result = call(url, code="print('é\\n')")

    assert invocations == [({"code": "print('é\\n')"}, TOOL)]
    assert (result.is_error, json.loads(result.content[0].text)) == (False, {"status": "succeeded", "output": "é\\n"})


def test_a_handler_that_raises_is_answered_with_one_sentence_that_says_nothing(tmp_path):
    def crash(_event, _context):
        raise KeyError("the reason")

    with gateway_of(crash, tmp_path) as url:
        result = call(url, code="x")

    assert (result.is_error, result.content[0].text) == (True, INTERNAL_ERROR)


def test_a_handler_that_takes_too_long_is_given_up(tmp_path):
    release = Event()

    def hang(_event, _context):
        release.wait(BOUND)

    with gateway_of(hang, tmp_path, timeout_seconds=0.2) as url:
        result = call(url, code="x")
        release.set()

    assert (result.is_error, result.content[0].text) == (True, INTERNAL_ERROR)


def test_an_answer_that_is_no_json_is_a_failure_of_the_lambda(tmp_path):
    with gateway_of(lambda _event, _context: {"when": object()}, tmp_path) as url:
        result = call(url, code="x")

    assert (result.is_error, result.content[0].text) == (True, INTERNAL_ERROR)


def test_a_tool_that_the_target_does_not_have_is_an_error(tmp_path):
    with gateway_of(lambda _event, _context: {}, tmp_path) as url:
        result = call(url, name="validate_ray_code", code="x")

    assert result.is_error


@pytest.mark.parametrize("authorization", [{}, {"Authorization": "Bearer token"}], ids=["none", "another kind"])
def test_a_request_without_a_signature_is_turned_away(tmp_path, authorization):
    invocations = []
    with gateway_of(lambda event, _context: invocations.append(event), tmp_path) as url:
        answer = httpx.post(url, json={"jsonrpc": "2.0", "id": 1, "method": "tools/list"}, headers=authorization)

    assert (answer.status_code, invocations) == (403, [])


def test_a_web_page_under_a_name_of_its_own_learns_nothing(tmp_path):
    with gateway_of(lambda _event, _context: {}, tmp_path) as url:
        answer = httpx.get(url.replace("/mcp", "/calls"), headers={"Host": "evil.example"})

    assert answer.status_code == 400


def test_the_sandbox_learns_which_tools_were_called_and_how_it_went_but_not_with_what(tmp_path):
    def handler(event, _context):
        if event["code"] == "crash":
            raise KeyError
        return {"status": "succeeded", "output": "a secret"}

    with gateway_of(handler, tmp_path) as url:
        call(url, code="print('a secret')", run_id="run-1")
        call(url, code="crash")
        noted = httpx.get(url.replace("/mcp", "/calls"))

    told = [(one["tool"], one["run"], one["state"]) for one in noted.json()]
    assert told == [("validate_ray_code", "run-1", "succeeded"), ("validate_ray_code", "", "error")]
    assert "a secret" not in noted.text
