"""The supervisor runtime: a request in, an envelope out; for `generate` and `validate` a stream that ends with one."""

import logging
from collections.abc import AsyncIterator, Callable
from threading import Event
from typing import Any
from uuid import uuid4

from bedrock_agentcore import BedrockAgentCoreApp
from bedrock_agentcore.runtime.context import RequestContext

from agents.errors import AgentError
from agents.runtime import checked_session_id
from agents.streaming import Announce, streamed
from agents.supervisor.requests import Call, parsed
from agents.supervisor.service import Supervisor
from agents.tracing import span
from agents.usage import Meter
from agents.wire import Describe, Envelope, Execute, Follow, Generate, Stop, Validate

logger = logging.getLogger(__name__)


def build_app(supervisor: Supervisor, *, heartbeat_seconds: float) -> BedrockAgentCoreApp:
    """The runtime's ASGI app."""
    app = BedrockAgentCoreApp()

    # not async: AgentCore's server runs a plain function in a thread, and an async one would block all the others
    @app.entrypoint
    def invoke(payload: Any, context: RequestContext) -> dict[str, Any] | AsyncIterator[dict[str, Any]]:
        caller = context.request.headers.get("traceparent") if context.request else None
        return answer(supervisor, payload, context.session_id, heartbeat_seconds, caller)

    return app


def answer(
    supervisor: Supervisor,
    payload: object,
    session_id: str | None,
    heartbeat_seconds: float,
    caller: str | None = None,
) -> dict[str, Any] | AsyncIterator[dict[str, Any]]:
    """The envelope for a payload, or the stream that ends with it.

    `session_id` is the runtime session's, never the payload's. A call outside any session remembers nothing. `caller`
    is the caller's span, as a traceparent header.
    """
    try:
        call = parsed(payload, supervisor.new_run_id)
        session = checked_session_id(session_id or f"unsessioned-{uuid4().hex}")
    except AgentError as exc:
        return Envelope.failure(exc.to_wire()).model_dump(mode="json")
    request = call.request
    # repr: whatever a caller puts there stays on one line
    user = getattr(request, "user_id", "")
    logger.info("session=<%s>, user=<%r>, action=<%s>, legacy=<%s> | asked", session, user, request.action, call.legacy)

    def traced(work: Callable[[], Envelope]) -> Envelope:
        run_id = getattr(request, "run_id", None)
        with span(f"supervisor.{request.action}", row=run_id, remote=caller, run_id=run_id, session_id=session) as note:
            envelope = enveloped(work, session)
            note(outcome="ok" if envelope.error is None else envelope.error.code)
            return envelope

    if isinstance(request, Generate) and not call.legacy:

        def generate(announce: Announce, cancelled: Event) -> Envelope:
            meter = Meter()
            work = traced(lambda: supervisor.generate(request, session, announce, cancelled, meter))
            return work.model_copy(update={"usage": meter.total})

        return streamed(generate, heartbeat_seconds)
    if isinstance(request, Validate):

        def validate(announce: Announce, cancelled: Event) -> Envelope:
            return traced(lambda: supervisor.validate(request, session, announce, cancelled))

        return streamed(validate, heartbeat_seconds)
    return traced(lambda: _at_once(supervisor, call, session)).model_dump(mode="json")


def enveloped(work: Callable[[], Envelope], session_id: str) -> Envelope:
    """What `work` returns, or the failure that it raised. Always an envelope: AgentCore drops other answers' bodies."""
    try:
        return work()
    except AgentError as exc:
        logger.info("session=<%s>, code=<%s> | request failed", session_id, exc.code, exc_info=exc.__cause__)
        return Envelope.failure(exc.to_wire())
    except Exception:  # the outermost entrypoint: whatever it is, the caller gets an envelope
        logger.exception("session=<%s> | request crashed", session_id)
        return Envelope.failure(AgentError().to_wire())


def _at_once(supervisor: Supervisor, call: Call, session_id: str) -> Envelope:
    match call.request:
        case Generate() as request:
            return supervisor.generate(request, session_id, _unheard, Event())
        case Validate() as request:
            return supervisor.validate(request, session_id, _unheard, Event())
        case Execute() as request:
            run = supervisor.execute_to_the_end if call.legacy else supervisor.execute
            return Envelope.success(run(request))
        case Follow() as request:
            return Envelope.success(supervisor.follow(request))
        case Stop() as request:
            return Envelope.success(supervisor.stop(request))
        case Describe() as request:
            return Envelope.success(supervisor.describe(request))


def _unheard(_event: object) -> None:
    """Progress that nobody listens to."""
