"""The agent that writes a program, and hands it in by a tool so that not a byte of it changes on the way."""

from dataclasses import dataclass, field
from typing import Any

from strands import Agent, ToolContext, tool
from strands.hooks import AfterToolsEvent, HookProvider, HookRegistry
from strands.tools.executors import SequentialToolExecutor

from agents.codegen.extract import extract_program
from agents.errors import NoCode
from agents.model_failures import ModelFailures, model_failures_named, retry_strategy
from agents.models import OpenedModel
from agents.text import MAX_EXPLANATION, MAX_TITLE, UNTITLED, flaw_of_program, one_line, readable, said
from agents.wire import GeneratedCode

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
    """A program as the model handed it in."""

    code: str
    title: str
    explanation: str = field(default="")


@tool(context=True)
def submit_program(code: str, title: str, explanation: str, tool_context: ToolContext) -> str:
    """Hand in the finished program. This ends the task.

    Args:
        code: The complete program, exactly as it is to be run.
        title: What the program does, in at most eight words.
        explanation: How it does it, in one to three sentences for a reader who will run it.
    """
    flaw = flaw_of_program(code)
    if flaw is not None:
        return f"Not taken: the program {flaw}. Hand in the whole program, without that flaw."
    desk: Desk = tool_context.invocation_state["desk"]
    desk.program = Submission(code, one_line(title, MAX_TITLE), one_line(explanation, MAX_EXPLANATION))
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


def write_program(model: OpenedModel, prompt: str, system_prompt: str) -> GeneratedCode:
    """The program that `model` writes. Raises NoCode, ModelFailure."""
    desk = Desk()
    agent = Agent(
        model=model.model,
        tools=[submit_program],
        system_prompt=system_prompt,
        callback_handler=None,
        hooks=[EndOnSubmission(), ModelFailures()],
        retry_strategy=retry_strategy(),
        tool_executor=SequentialToolExecutor(),
    )
    with model_failures_named():
        result = agent(prompt, invocation_state={"desk": desk}, limits={"turns": MAX_TURNS})
    program = desk.program or _from_words(said(result.message).strip(), model)
    return GeneratedCode(
        code=program.code,
        title=program.title or UNTITLED,
        explanation=program.explanation,
        model=model.display_name,
        offline=model.offline,
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
    return Submission(code, title="")
