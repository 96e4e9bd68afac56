"""The code-gen runtime, as the supervisor sees it."""

from typing import Protocol

from pydantic import ValidationError

from agents.errors import RemoteFailure, RuntimeUnavailable
from agents.runtime import AgentRuntime
from agents.wire import Envelope, GenerateCode, GeneratedCode


class CodeGenerator(Protocol):
    """Writes programs."""

    def generate(self, prompt: str, session_id: str) -> GeneratedCode:
        """A program for `prompt`. Raises RemoteFailure (no_code above all) and RuntimeFailure."""


class RuntimeCodeGenerator:
    """The CodeGenerator behind AgentCore."""

    def __init__(self, runtime: AgentRuntime) -> None:
        self._runtime = runtime

    def generate(self, prompt: str, session_id: str) -> GeneratedCode:
        """See CodeGenerator."""
        request = GenerateCode(prompt=prompt, session_id=session_id)
        answer = self._runtime.invoke(session_id, request.model_dump(mode="json", exclude_none=True))
        try:
            envelope = Envelope.model_validate(answer)
            if envelope.error is not None:
                raise RemoteFailure(envelope.error)
            return GeneratedCode.model_validate(envelope.result)
        except ValidationError as exc:
            raise RuntimeUnavailable(
                "The code-gen runtime's answer is not understood here. Deploy both from the same version."
            ) from exc
