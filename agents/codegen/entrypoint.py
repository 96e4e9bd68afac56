"""The code-gen runtime: `{"prompt", "system_prompt"?, "session_id"?}` in, an envelope with GeneratedCode out."""

import logging
from collections.abc import Callable
from importlib.resources import files
from typing import Any

from bedrock_agentcore import BedrockAgentCoreApp
from bedrock_agentcore.runtime.context import RequestContext
from pydantic import ValidationError

from agents.codegen.agent import write_program
from agents.errors import AgentError, BadRequest
from agents.models import OpenedModel
from agents.wire import Envelope, GenerateCode

logger = logging.getLogger(__name__)


def build_app(open_model: Callable[[], OpenedModel]) -> BedrockAgentCoreApp:
    """The runtime's ASGI app. `open_model` gives each request a model of its own, and may raise ModelMisconfigured."""
    app = BedrockAgentCoreApp()
    default_prompt = read_prompt("ray")

    # not async: AgentCore's server runs a plain function in a thread, and an async one would block all the others
    @app.entrypoint
    def invoke(payload: Any, context: RequestContext) -> dict[str, Any]:
        return answer(payload, context.session_id, open_model, default_prompt).model_dump(mode="json")

    return app


def read_prompt(dialect: str) -> str:
    """The system prompt for a dialect, `ray` or `spark`."""
    return files("agents.codegen").joinpath("prompts", f"{dialect}.md").read_text(encoding="utf-8")


def answer(
    payload: object, session_id: str | None, open_model: Callable[[], OpenedModel], default_prompt: str
) -> Envelope:
    """The envelope for a payload. Always one: AgentCore drops the body of any answer but a 200."""
    try:
        request = _parsed(payload)
        program = write_program(open_model(), request.prompt, request.system_prompt or default_prompt)
    except AgentError as exc:
        logger.info("session=<%s>, code=<%s> | no program", session_id, exc.code)
        return Envelope.failure(exc.to_wire())
    except Exception:  # the outermost entrypoint: whatever it is, the caller gets an envelope
        logger.exception("session=<%s> | code generation crashed", session_id)
        return Envelope.failure(AgentError().to_wire())
    return Envelope.success(program)


def _parsed(payload: object) -> GenerateCode:
    try:
        return GenerateCode.model_validate(payload)
    except ValidationError as exc:
        raise BadRequest(
            "The code-generation request is not understood. Send a JSON object with a prompt, and at most a "
            "system_prompt and a session_id beside it."
        ) from exc
