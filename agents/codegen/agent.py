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
from agents.text import is_well_formed, well_formed
from agents.wire import MAX_CODE_BYTES, GeneratedCode

MAX_TURNS = 4
"""A program that is not taken (empty, too long) is asked for again, and not for ever."""
MAX_TITLE = 80
MAX_EXPLANATION = 2_000
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
    complaint = complaint_about(code)
    if complaint:
        return complaint
    desk: Desk = tool_context.invocation_state["desk"]
    desk.program = Submission(code, _short(title, MAX_TITLE), _short(explanation, MAX_EXPLANATION))
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
    program = desk.program or _from_words(_words(result.message), model)
    return GeneratedCode(
        code=program.code,
        title=program.title or "Untitled program",
        explanation=program.explanation,
        model=model.display_name,
        offline=model.offline,
    )


def complaint_about(code: str) -> str | None:
    """Why a program is not taken, for the model; None when it is."""
    if not code.strip():
        return "Not taken: the program is empty. Hand in the whole program."
    if not is_well_formed(code):
        return "Not taken: the program contains half a character (a lone surrogate). Hand it in without."
    if len(code.encode()) > MAX_CODE_BYTES:
        return f"Not taken: the program is longer than {MAX_CODE_BYTES} bytes. Make it shorter."
    return None


def _short(text: str, limit: int) -> str:
    return well_formed(" ".join(text.split()))[:limit]


def _words(message: Any) -> str:
    return well_formed("\n".join(block["text"] for block in message["content"] if "text" in block)).strip()


def _from_words(words: str, model: OpenedModel) -> Submission:
    code = extract_program(words)
    if code is not None and complaint_about(code) is None:
        return Submission(code, title="")
    if not words:
        raise NoCode
    quoted = words if len(words) <= MAX_WORDS else words[:MAX_WORDS] + "…"
    raise NoCode(f"There is no program in the answer. In the words of the model ({model.display_name}): «{quoted}»")
