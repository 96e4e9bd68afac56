"""The code-gen runtime, as the supervisor sees it."""

from typing import Protocol

from pydantic import ValidationError

from agents.errors import RemoteFailure, RuntimeUnavailable
from agents.runtime import AgentRuntime
from agents.text import MAX_EXPLANATION, MAX_TITLE, UNTITLED, flaw_of_program, one_line
from agents.wire import Envelope, GenerateCode, GeneratedCode, WireError


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
            return _checked(GeneratedCode.model_validate(envelope.result))
        except ValidationError as exc:
            raise RuntimeUnavailable(
                "The code-gen runtime's answer is not understood here. Deploy both from the same version."
            ) from exc


def _checked(program: GeneratedCode) -> GeneratedCode:
    """The program as it is, with words that can be shown and kept. Raises RemoteFailure for one that can not be."""
    flaw = flaw_of_program(program.code)
    if flaw is not None:
        sentence = f"The program that was written {flaw}, so it was not taken. Ask for the program again."
        raise RemoteFailure(WireError(code="no_code", message=sentence))
    words = {
        "title": one_line(program.title, MAX_TITLE) or UNTITLED,
        "explanation": one_line(program.explanation, MAX_EXPLANATION),
    }
    return program.model_copy(update=words)
