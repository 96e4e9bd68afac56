"""What the agents' runtimes write to their logs."""

import io
import logging

import pytest
from pydantic import BaseModel, SecretStr, TypeAdapter

from agents.cluster.handler import handler
from agents.errors import GatewayUnavailable
from agents.logs import SafeLines, log_to_stderr, secrets_in
from agents.redaction import REDACTED, Redaction

TOKEN = "xoxb-" + "123456789012-123456789012-" + "AbCdEfGhIjKlMnOpQrStUvWx"
SIGNATURE = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"
PRESIGNED = (
    "https://files.s3.amazonaws.com/inputs/a.zip?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=AKIAIOSFODNN7EXAMPLE"
    f"%2F20261123%2Fus-east-1%2Fs3%2Faws4_request&X-Amz-Signature={SIGNATURE}"
)
PROGRAM = "import ray\nray.init()\nprint('the quarterly figures')\n"
FORBIDDEN = [TOKEN, SIGNATURE, "quarterly", "own-secret-of-this-process"]


@pytest.fixture
def written():
    """Log as a runtime does, then read what was written; the loggers are as before afterwards."""
    loggers = [logging.getLogger(name) for name in ("", "agents", "bedrock_agentcore.app")]
    before = [(each, list(each.handlers), each.level) for each in loggers]
    stream = io.StringIO()
    log_to_stderr(["own-secret-of-this-process"], stream)
    yield stream.getvalue
    for each, handlers, level in before:
        each.handlers = handlers
        each.setLevel(level)


def lines_of(name, level, message, *arguments, error=None):
    logging.getLogger(name).log(level, message, *arguments, exc_info=error)


def raised(make):
    try:
        make()
    except Exception as error:  # noqa: BLE001 - whatever it is, it is logged
        return error
    raise AssertionError


@pytest.mark.parametrize("name", ["agents.supervisor.entrypoint", "strands.agent", "botocore.auth", "httpx2", "mcp"])
@pytest.mark.parametrize("value", [TOKEN, PRESIGNED, "own-secret-of-this-process"])
def test_no_line_holds_a_secret(written, name, value):
    lines_of(name, logging.WARNING, "url=<%s> | failed", value)
    lines_of(name, logging.WARNING, f"failed for {value}")

    text = written()
    assert text.count("failed") == 2
    assert [secret for secret in FORBIDDEN if secret in text] == []


@pytest.mark.parametrize("name", ["strands.event_loop", "bedrock_agentcore.app", "mcp.client"])
def test_a_librarys_line_does_not_quote_the_program_it_was_about(written, name):
    lines_of(name, logging.WARNING, "tool=<%s>, tries=<%s> | failed", PROGRAM, 3)
    lines_of(name, logging.WARNING, "tries=<%d> | failed", 3)

    text = written()
    assert "tool=<%s>" in text
    assert "tries=<3>" in text
    assert "quarterly" not in text


@pytest.mark.parametrize(
    "make",
    [
        lambda: TypeAdapter(int).validate_python(PROGRAM),
        lambda: (_ for _ in ()).throw(ValueError(PROGRAM)),
        lambda: {}[PROGRAM],
    ],
)
def test_an_exception_is_named_and_placed_and_not_quoted(written, make):
    error = raised(make)

    lines_of("agents.supervisor.entrypoint", logging.ERROR, "request crashed", error=error)

    text = written()
    assert type(error).__name__ in text
    assert "test_logs.py" in text
    assert "quarterly" not in text


def test_what_our_errors_and_a_connections_say_is_written(written):
    cause = ConnectionRefusedError("connection refused")
    error = raised(lambda: (_ for _ in ()).throw(GatewayUnavailable("The gateway is away.")))
    error.__cause__ = cause

    lines_of("agents.gateway", logging.WARNING, "no answer", error=error)

    text = written()
    assert "GatewayUnavailable: The gateway is away." in text
    assert "ConnectionRefusedError: connection refused" in text


def test_our_lines_are_written_from_info_on_and_libraries_from_warning_on(written):
    lines_of("agents.codegen.entrypoint", logging.INFO, "session=<%s> | asked", "s-1")
    lines_of("botocore.credentials", logging.INFO, "found")

    assert written().strip().endswith("agents.codegen.entrypoint | session=<s-1> | asked")


def test_a_message_that_does_not_fit_its_arguments_is_shown_without_them():
    record = logging.LogRecord("agents", logging.INFO, "f", 1, "a=<%d>", ("text",), None)

    assert SafeLines(Redaction()).format(record).endswith("'a=<%d>' does not fit its arguments")


def test_secrets_of_settings_are_found_also_in_settings_within_them():
    class Inner(BaseModel):
        key: SecretStr = SecretStr("inner-key-123456")

    class Outer(BaseModel):
        inner: Inner = Inner()
        token: SecretStr = SecretStr("outer-token-1234")

    assert sorted(secrets_in(Outer())) == ["inner-key-123456", "outer-token-1234"]
    assert REDACTED in Redaction(secrets_in(Outer()))("x inner-key-123456")


def test_the_lambda_keeps_its_http_client_from_writing_addresses(monkeypatch):
    client = logging.getLogger("httpx")
    monkeypatch.setattr(client, "level", logging.INFO)

    handler({}, None)

    assert not client.isEnabledFor(logging.INFO)
