"""The AgentCore runtime client: one call, one POST, and every failure with a name.

Synchronous, because boto3 is; from asyncio call it in a thread, bounded by a semaphore. AgentCore's service model:
https://docs.aws.amazon.com/bedrock-agentcore/latest/APIReference/API_InvokeAgentRuntime.html
"""

import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import closing, contextmanager
from typing import Any, Protocol

import boto3
from botocore.awsrequest import AWSRequest
from botocore.config import Config
from botocore.exceptions import (
    BotoCoreError,
    ClientError,
    ConnectTimeoutError,
    EndpointConnectionError,
    NoCredentialsError,
    PartialCredentialsError,
    ReadTimeoutError,
    SSLError,
)
from botocore.httpsession import URLLib3Session
from botocore.utils import get_environ_proxies
from urllib3.exceptions import HTTPError as Urllib3Error
from urllib3.exceptions import ReadTimeoutError as Urllib3ReadTimeoutError

from agents.backoff import Backoff
from agents.errors import (
    AgentError,
    BadRequest,
    Misconfigured,
    RuntimeFailure,
    RuntimeNotFound,
    RuntimeRefused,
    RuntimeThrottled,
    RuntimeTimeout,
    RuntimeUnavailable,
)
from agents.settings import Timeouts
from agents.sse import RawStream, arriving, event_data, lines_of
from agents.tracing import span, traceparent
from agents.wire import decode_answer

SESSION_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{32,99}\Z")
"""A request takes 33 to 256 characters, an answer 1 to 100: only what satisfies both survives the round trip."""

RETRIED_CODES = frozenset({"429", "RetryableConflictException", "ServiceQuotaExceededException", "ThrottlingException"})
"""Refusals that come before the runtime has seen anything: AgentCore's, and those of what stands in front of it.

botocore takes the status for the code of an answer that names none.
"""
NEVER_SENT = (ConnectTimeoutError, EndpointConnectionError)
"""botocore's errors for a connection that never stood, so that nothing was sent."""
MAX_CONNECTIONS = 64
LOOK_SECONDS = 5


class AnswerBody(Protocol):
    """The part of botocore's StreamingBody that is used here."""

    def read(self) -> bytes:
        """The whole body."""

    def close(self) -> None:
        """Give the connection up."""

    def __enter__(self) -> RawStream:
        """urllib3's response underneath."""

    def __exit__(self, *exception: object) -> None:
        """Give the connection up."""


class Endpoint(Protocol):
    """The part of a boto3 client's `meta` that is used here."""

    @property
    def endpoint_url(self) -> str:
        """Where the service is."""


class RuntimeInvoker(Protocol):
    """The part of boto3's `bedrock-agentcore` client that is used here."""

    @property
    def meta(self) -> Endpoint:
        """What the client knows of its service."""

    @property
    def invoke_agent_runtime(self) -> Callable[..., Any]:
        """POST /runtimes/{arn}/invocations, with the arguments of the service model."""


class AgentRuntime:
    """One runtime, by its ARN.

    A call is sent a second time only when it is certain that the runtime has not seen the first: on the refusals in
    `RETRIED_CODES` and on connections that never stood. A read timeout is never followed by another POST.
    """

    def __init__(self, client: RuntimeInvoker, arn: str, *, backoff: Backoff | None = None) -> None:
        self._client = client
        self._arn = arn
        self._backoff = backoff or Backoff()

    def look_for(self) -> None:
        """Do nothing if something answers where AgentCore is, whatever it says. Raises RuntimeUnavailable otherwise."""
        url = self._client.meta.endpoint_url
        session = URLLib3Session(timeout=LOOK_SECONDS, proxies=get_environ_proxies(url))
        try:
            session.send(AWSRequest(method="GET", url=url).prepare())
        except SSLError:
            return  # it answered; whether it is trusted is for the client to say, which may have a CA of its own
        except BotoCoreError as exc:
            raise RuntimeUnavailable from exc
        finally:
            session.close()

    def invoke(self, session_id: str, payload: Mapping[str, Any]) -> object:
        """The JSON value of the runtime's answer; of a stream, the envelope of its last event.

        Raises RuntimeFailure, or BadRequest for a session id that AgentCore would not take.
        """
        content_type, body = self._post(session_id, payload, "application/json")
        with closing(body), _failures_named():
            if _is_stream(content_type):
                return _last_envelope(_progress(body))
            return _decoded(body.read())

    def stream(self, session_id: str, payload: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
        """The events of the answer as they arrive, the last of them with `"event": "finished"`.

        A runtime that answers with one JSON object instead of a stream is understood to have sent its envelope
        alone: it comes as the only event, `{"event": "finished", "envelope": answer}`. Nothing is sent before the
        first event is asked for; close the iterator to hang up. Raises as `invoke` does, and RuntimeUnavailable
        when the stream ends before its last event.
        """
        content_type, body = self._post(session_id, payload, "text/event-stream, application/json")
        with closing(body), _failures_named():
            if _is_stream(content_type):
                yield from _progress(body)
            else:
                yield _as_finished(_decoded(body.read()))

    def _post(self, session_id: str, payload: Mapping[str, Any], accept: str) -> tuple[str, AnswerBody]:
        arguments = {
            "agentRuntimeArn": self._arn,
            "runtimeSessionId": checked_session_id(session_id),
            "payload": json.dumps(payload).encode(),
            "contentType": "application/json",
            "accept": accept,
        }
        with span("agentcore.invoke", **_named_in(payload)), _failures_named():
            if (header := traceparent()) is not None:
                arguments["traceParent"] = header
            answer = self._backoff.call(
                lambda: self._client.invoke_agent_runtime(**arguments),
                errors=(ClientError, *NEVER_SENT),
                retried=_not_seen_by_the_runtime,
            )
        return str(answer.get("contentType", "")), answer["response"]


def connect(
    arn: str, timeouts: Timeouts, *, region: str | None = None, wait: Callable[[float], object] | None = None
) -> AgentRuntime:
    """A client for the runtime `arn`.

    botocore repeats a POST after a read timeout unless told otherwise, so its own retries are off. The endpoint can
    be pointed elsewhere with AWS_ENDPOINT_URL_BEDROCK_AGENTCORE, which botocore reads by itself. Raises Misconfigured.
    """
    config = Config(
        connect_timeout=timeouts.runtime_connect_timeout_seconds,
        read_timeout=timeouts.runtime_read_timeout_seconds,
        tcp_keepalive=True,
        retries={"mode": "standard", "total_max_attempts": 1},
        max_pool_connections=MAX_CONNECTIONS,
    )
    # a session of its own: boto3's default one is shared, and not made for threads
    session = boto3.Session(region_name=_region_of(arn) or region)
    try:
        client = session.client("bedrock-agentcore", config=config)
    except BotoCoreError as exc:
        raise Misconfigured("No AgentCore client can be built. Set AWS_REGION and the runtime's full ARN.") from exc
    return AgentRuntime(client, arn, backoff=Backoff(wait=wait) if wait else None)


def checked_session_id(session_id: str) -> str:
    """`session_id`, if AgentCore takes it in both directions. Raises BadRequest."""
    if not SESSION_ID.match(session_id):
        raise BadRequest(
            "The session id is not one that AgentCore takes. It needs 33 to 100 letters, digits, hyphens or "
            "underscores, and starts with a letter or digit."
        )
    return session_id


def _region_of(arn: str) -> str | None:
    fields = arn.split(":")
    return fields[3] if len(fields) > 3 and fields[3] else None  # noqa: PLR2004  # arn:partition:service:region:…


def _named_in(payload: Mapping[str, Any]) -> dict[str, str]:
    """What of a request may be in a trace."""
    return {name: str(payload[name]) for name in ("action", "run_id") if name in payload}


def _is_stream(content_type: str) -> bool:
    return content_type.startswith("text/event-stream")


def _not_seen_by_the_runtime(error: Exception) -> bool:
    return not isinstance(error, ClientError) or error.response["Error"]["Code"] in RETRIED_CODES


def _decoded(body: bytes) -> object:
    try:
        return decode_answer(body)
    except ValueError as exc:
        raise RuntimeUnavailable from exc


def _progress(body: AnswerBody) -> Iterator[dict[str, Any]]:
    with body as raw:
        for data in event_data(lines_of(arriving(raw))):
            event = _decoded(data)
            if not isinstance(event, dict) or "event" not in event:
                # the runtime's server reports an exception in mid-stream as an event of another shape
                raise RuntimeUnavailable
            yield event
            if event["event"] == "finished":
                return
    raise RuntimeUnavailable


def _last_envelope(events: Iterable[dict[str, Any]]) -> object:
    *_, last = events
    return last.get("envelope")


def _as_finished(answer: object) -> dict[str, Any]:
    if not isinstance(answer, dict):
        raise RuntimeUnavailable
    return {"event": "finished", "envelope": answer}


@contextmanager
def _failures_named() -> Iterator[None]:
    """Everything that botocore and the urllib3 underneath raise, as one of ours."""
    try:
        yield
    except ClientError as exc:
        raise _named(exc.response["Error"]["Code"]) from exc
    except ReadTimeoutError as exc:
        raise RuntimeTimeout from exc
    except (NoCredentialsError, PartialCredentialsError) as exc:
        raise RuntimeRefused from exc
    except Urllib3ReadTimeoutError as exc:
        raise RuntimeTimeout from exc
    except (BotoCoreError, Urllib3Error) as exc:
        raise RuntimeUnavailable from exc


def _named(code: str) -> AgentError:
    if code in RETRIED_CODES:
        return RuntimeThrottled()
    by_code: dict[str, type[RuntimeFailure]] = {
        "AccessDeniedException": RuntimeRefused,
        "ResourceNotFoundException": RuntimeNotFound,
        "UnauthorizedException": RuntimeRefused,
        "UnrecognizedClientException": RuntimeRefused,
        "ExpiredTokenException": RuntimeRefused,
        "InvalidSignatureException": RuntimeRefused,
    }
    if code == "ValidationException":
        return BadRequest("AgentCore does not accept the request. Check the runtime's ARN and the request's size.")
    return by_code.get(code, RuntimeUnavailable)()
