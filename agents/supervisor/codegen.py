"""The code-gen runtime, as the supervisor sees it."""

from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass, field
from threading import Event
from typing import Any, Protocol

from pydantic import ValidationError

from agents.errors import Cancelled, RemoteFailure, RuntimeUnavailable
from agents.runtime import AgentRuntime
from agents.text import MAX_EXPLANATION, MAX_TITLE, UNTITLED, flaw_of_program, one_line, short_list
from agents.usage import Meter
from agents.wire import (
    PROGRESS,
    Drafting,
    Envelope,
    Finished,
    GenerateCode,
    GeneratedCode,
    Progress,
    Step,
    Waiting,
    WireError,
)


def _unheard(_step: Step) -> None:
    """Progress that nobody listens to."""


@dataclass(frozen=True)
class Commission:
    """What a writer is asked for, and by whom: who hears of the progress, who may hang up, on whose meter it goes."""

    prompt: str
    session_id: str
    facts: str = ""
    announce: Callable[[Step], None] = _unheard
    cancelled: Event = field(default_factory=Event)
    meter: Meter = field(default_factory=Meter)


class CodeGenerator(Protocol):
    """Writes programs."""

    def generate(self, commission: Commission) -> GeneratedCode:
        """A program. Raises RemoteFailure (no_code above all), RuntimeFailure, and Cancelled."""


class RuntimeCodeGenerator:
    """The CodeGenerator behind AgentCore."""

    def __init__(self, runtime: AgentRuntime) -> None:
        self._runtime = runtime

    def generate(self, commission: Commission) -> GeneratedCode:
        """See CodeGenerator."""
        request = GenerateCode(
            prompt=commission.prompt, session_id=commission.session_id, facts=commission.facts, progress=True
        )
        events = self._runtime.stream(commission.session_id, request.model_dump(mode="json", exclude_defaults=True))
        try:
            # hanging up is what tells the runtime to stop
            with closing(events):  # type: ignore[type-var]  # the runtime's iterator is a generator
                envelope = _answer(events, commission)
            commission.meter.add(envelope.usage)
            if envelope.error is not None:
                raise RemoteFailure(envelope.error)
            return _checked(GeneratedCode.model_validate(envelope.result))
        except ValidationError as exc:
            raise RuntimeUnavailable(
                "The code-gen runtime's answer is not understood here. Deploy both from the same version."
            ) from exc


def _answer(events: Iterator[dict[str, Any]], commission: Commission) -> Envelope:
    for event in events:
        if commission.cancelled.is_set():
            raise Cancelled
        progress: Progress = PROGRESS.validate_python(event)
        if isinstance(progress, Finished):
            return progress.envelope
        if isinstance(progress, (Drafting, Waiting)):
            commission.announce(progress)
    raise RuntimeUnavailable


def _checked(program: GeneratedCode) -> GeneratedCode:
    """The program as it is, with words that can be shown and kept. Raises RemoteFailure for one that can not be."""
    flaw = flaw_of_program(program.code)
    if flaw is not None:
        sentence = f"The program that was written {flaw}, so it was not taken. Ask for the program again."
        raise RemoteFailure(WireError(code="no_code", message=sentence))
    words = {
        "title": one_line(program.title, MAX_TITLE) or UNTITLED,
        "explanation": one_line(program.explanation, MAX_EXPLANATION),
        "assumptions": short_list(program.assumptions),
        "packages": short_list(program.packages),
        "prints": one_line(program.prints, MAX_EXPLANATION),
    }
    return program.model_copy(update=words)
