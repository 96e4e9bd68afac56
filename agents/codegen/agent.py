"""The agent that writes a program, and hands it in by a tool so that not a byte of it changes on the way."""

from collections.abc import Callable
from dataclasses import dataclass, field
from threading import Event
from typing import Any

from strands import Agent, ToolContext, tool
from strands.hooks import AfterToolsEvent, HookProvider, HookRegistry
from strands.tools.executors import SequentialToolExecutor

from agents.codegen.dialects import SystemPrompt
from agents.codegen.drafts import Drafts
from agents.codegen.extract import extract_program
from agents.errors import Cancelled, NoCode
from agents.failover import Failover, FailoverModel
from agents.model_failures import model_failures_named
from agents.models import OpenedModel
from agents.text import (
    MAX_EXPLANATION,
    MAX_TITLE,
    UNTITLED,
    flaw_of_program,
    one_line,
    readable,
    said,
    short_list,
)
from agents.usage import Meter, Metering
from agents.wire import GeneratedCode, Step

MAX_TURNS = 4
"""A program that is not taken (empty, too long) is asked for again, and not for ever."""
MAX_WORDS = 1_000
"""How much of a model's own words is quoted when there is no program."""


@dataclass
class Desk:
    """Where the program is handed in; lives in the invocation state, out of the model's sight."""

    program: "Submission | None" = None


@dataclass(frozen=True)
class Submission:
    """A program as the model handed it in, with what it says of it."""

    code: str
    title: str = ""
    explanation: str = ""
    assumptions: tuple[str, ...] = ()
    packages: tuple[str, ...] = ()
    prints: str = ""


def _unheard(_step: Step) -> None:
    """Progress that nobody listens to."""


@dataclass(frozen=True)
class Patron:
    """For whom a program is written: who hears of the progress, may hang up, and pays."""

    announce: Callable[[Step], None] = _unheard
    cancelled: Event = field(default_factory=Event)
    meter: Meter = field(default_factory=Meter)


@tool(context=True)
def submit_program(
    code: str,
    title: str,
    explanation: str,
    tool_context: ToolContext,
    assumptions: list[str] | None = None,
    packages: list[str] | None = None,
    prints: str = "",
) -> str:
    """Hand in the finished program; this ends the task.

    Args:
        code: The complete program, as it is to be run.
        title: What it does, in at most eight words.
        explanation: How it works, in one to three sentences.
        assumptions: What you decided where the request left it open.
        packages: PyPI packages that it imports, beside the platform's own.
        prints: What it will print, in one sentence.
    """
    flaw = flaw_of_program(code)
    if flaw is not None:
        return f"Not taken: the program {flaw}. Hand in the whole program, without that flaw."
    desk: Desk = tool_context.invocation_state["desk"]
    desk.program = Submission(
        code=code,
        title=one_line(title, MAX_TITLE),
        explanation=one_line(explanation, MAX_EXPLANATION),
        assumptions=short_list(assumptions or ()),
        packages=short_list(packages or ()),
        prints=one_line(prints, MAX_EXPLANATION),
    )
    return "Taken."


class EndOnSubmission(HookProvider):
    """Ends the turn when a program has been taken: another answer of the model would only cost."""

    def register_hooks(self, registry: HookRegistry, **_kwargs: Any) -> None:
        """Strands' hook registration."""
        registry.add_callback(AfterToolsEvent, self._end)

    def _end(self, event: AfterToolsEvent) -> None:
        desk: Desk = event.invocation_state["desk"]
        if desk.program is not None:
            event.end_turn = "Done."


def write_program(
    opened: OpenedModel, prompt: str, system_prompt: SystemPrompt, patron: Patron | None = None
) -> GeneratedCode:
    """The program that the model writes. Raises NoCode, ModelFailure, Cancelled."""
    patron = patron or Patron()
    model = FailoverModel(opened)
    desk = Desk()
    with model_failures_named():
        result = _agent(model, system_prompt, patron)(
            prompt, invocation_state={"desk": desk}, limits={"turns": MAX_TURNS}, cancel_signal=patron.cancelled
        )
    if patron.cancelled.is_set():
        raise Cancelled
    program = desk.program or _from_words(said(result.message).strip(), model.current)
    return GeneratedCode(
        code=program.code,
        title=program.title or UNTITLED,
        explanation=program.explanation,
        assumptions=program.assumptions,
        packages=program.packages,
        prints=program.prints,
        prompt_version=system_prompt.version,
        model=model.current.display_name,
        offline=model.current.offline,
    )


def _agent(model: FailoverModel, system_prompt: SystemPrompt, patron: Patron) -> Agent:
    return Agent(
        model=model,
        tools=[submit_program],
        system_prompt=system_prompt.text,
        callback_handler=Drafts(submit_program.tool_name, patron.announce),
        hooks=[
            EndOnSubmission(),
            Failover(model, patron.announce),
            Metering(patron.meter, lambda: model.current.price),
        ],
        retry_strategy=None,
        tool_executor=SequentialToolExecutor(),
    )


def _from_words(words: str, model: OpenedModel) -> Submission:
    code = extract_program(words)
    if code is not None:
        return _in_prose(code)
    quoted = readable(words)
    if not quoted:
        raise NoCode
    if len(quoted) > MAX_WORDS:
        quoted = quoted[:MAX_WORDS] + "…"
    raise NoCode(f"There is no program in the answer. In the words of the model ({model.display_name}): «{quoted}»")


def _in_prose(code: str) -> Submission:
    flaw = flaw_of_program(code)
    if flaw is not None:
        raise NoCode(f"The program in the model's answer {flaw}, so it was not taken. Ask for the program again.")
    return Submission(code)
