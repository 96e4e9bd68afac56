"""The code-gen runtime: a GenerateCode in, an envelope with GeneratedCode out, or a stream that ends with one."""

import logging
from collections.abc import AsyncIterator, Callable
from threading import Event
from typing import Any

from bedrock_agentcore import BedrockAgentCoreApp
from bedrock_agentcore.runtime.context import RequestContext
from pydantic import ValidationError

from agents.codegen.agent import Patron, write_program
from agents.codegen.dialects import NAMES, chosen, shipped
from agents.errors import AgentError, BadRequest
from agents.models import OpenedModel
from agents.streaming import Announce, streamed
from agents.tracing import span
from agents.wire import Envelope, GenerateCode

logger = logging.getLogger(__name__)

HEARTBEAT_SECONDS = 2.0
"""The supervisor looks at each event whether to hang up: so long does a cancelled request go on at most."""

OpenModel = Callable[[], OpenedModel]


def build_app(open_model: OpenModel) -> BedrockAgentCoreApp:
    """The runtime's ASGI app. `open_model` gives each request a model of its own, and may raise ModelMisconfigured."""
    app = BedrockAgentCoreApp()
    for name in NAMES:
        shipped(name)  # a prompt that cannot be read keeps the runtime from starting

    # not async: AgentCore's server runs a plain function in a thread, and an async one would block all the others
    @app.entrypoint
    def invoke(payload: Any, context: RequestContext) -> dict[str, Any] | AsyncIterator[dict[str, Any]]:
        caller = context.request.headers.get("traceparent") if context.request else None
        return answer(payload, context.session_id, open_model, caller)

    return app


def answer(
    payload: object, session_id: str | None, open_model: OpenModel, caller: str | None = None
) -> dict[str, Any] | AsyncIterator[dict[str, Any]]:
    """The envelope for a payload, or the stream that ends with it, as JSON values.

    `caller` is the caller's span, as a traceparent header.
    """
    try:
        request = _parsed(payload)
    except AgentError as exc:
        return Envelope.failure(exc.to_wire()).model_dump(mode="json")

    def work(announce: Announce, cancelled: Event) -> Envelope:
        with span("codegen.generate", remote=caller, session_id=session_id) as note:
            envelope = _envelope(request, session_id, open_model, Patron(announce, cancelled))
            note(outcome="ok" if envelope.error is None else envelope.error.code)
            return envelope

    if request.progress:
        return streamed(work, HEARTBEAT_SECONDS)
    return work(lambda _step: None, Event()).model_dump(mode="json")


def _envelope(request: GenerateCode, session_id: str | None, open_model: OpenModel, patron: Patron) -> Envelope:
    """Always an envelope: AgentCore drops the body of any answer but a 200."""
    try:
        opened = open_model()
        examples = opened.examples(request.prompt)
        system_prompt = chosen(
            request.system_prompt, request.facts, request.prompt, small=opened.small, examples=examples
        )
        program = write_program(opened, request.prompt, system_prompt, patron)
    except AgentError as exc:
        logger.info("session=<%s>, code=<%s> | no program", session_id, exc.code)
        envelope = Envelope.failure(exc.to_wire())
    except Exception:  # the outermost entrypoint: whatever it is, the caller gets an envelope
        logger.exception("session=<%s> | code generation crashed", session_id)
        envelope = Envelope.failure(AgentError().to_wire())
    else:
        envelope = Envelope.success(program)
    return envelope.model_copy(update={"usage": patron.meter.total})


def _parsed(payload: object) -> GenerateCode:
    try:
        return GenerateCode.model_validate(payload)
    except ValidationError as exc:
        raise BadRequest(
            "The code-generation request is not understood. Send a JSON object with a prompt, and at most a "
            "system_prompt and a session_id beside it."
        ) from exc
