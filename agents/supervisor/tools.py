"""The supervisor's tools. They pass programs by reference; all that identifies user, session and cluster comes from
the turn in the invocation state, and arguments that a model invents beside the declared ones are dropped.
"""

import json
import time
from typing import Any

from strands import ToolContext, tool

from agents.errors import AgentError, RemoteFailure
from agents.supervisor.failures import error_of, in_full, in_one_line, is_the_programs
from agents.supervisor.repair import SAME_ERROR, SAME_PROGRAM, writer_prompt
from agents.supervisor.turn import OVER, STATE_KEY, Tried, Turn
from agents.text import one_line
from agents.wire import Attempt, GeneratedCode, JobReport, Repairing, Validating, Writing

ToolAnswer = str | dict[str, Any]
"""Strands' tool results: text for success, `{"status", "content"}` for anything else."""
NOT_RUN_AGAIN = "The same program again, so it was not run again."
MAX_TRIED = 200
MAX_READ = 30_000
"""Characters of a program that the model may read: some hundred lines."""


@tool(context=True)
def generate_code(instructions: str, tool_context: ToolContext, code_ref: str = "") -> ToolAnswer:
    """Have a program written, changed or repaired. The writer has the program to start from and its failure.

    Args:
        instructions: What it should do, or what should change, in the user's own terms.
        code_ref: The program to start from; left out, the current one.
    """
    turn: Turn = tool_context.invocation_state[STATE_KEY]
    if turn.over:
        return _error(OVER)
    if code_ref and turn.programs.get(code_ref) is None:
        return _unknown(turn)
    base = code_ref.strip() or turn.programs.current
    turn.programs.begin_new()
    turn.asked += 1
    turn.instructions = one_line(instructions, MAX_TRIED)
    turn.announce(Writing(attempt=turn.asked))
    try:
        program = _written(turn, writer_prompt(instructions, turn, base))
    except RemoteFailure as exc:
        if exc.code == "no_code":
            return _error(exc.sentence)
        return _give_up(turn, exc)
    except AgentError as exc:
        return _give_up(turn, exc)
    turn.written = program
    return json.dumps({"code_ref": turn.programs.add(program), "title": program.title})


@tool(context=True)
def validate_ray_code(code_ref: str, tool_context: ToolContext) -> ToolAnswer:
    """Run a program on the user's cluster. Answers with success, or with the failure.

    Args:
        code_ref: `new` for the program that is being written, or a reference that you were given.
    """
    turn: Turn = tool_context.invocation_state[STATE_KEY]
    program = turn.programs.get(code_ref)
    if program is None:
        return _unknown(turn)
    if turn.over:
        return _error(OVER)
    return validated(turn, program)


@tool(context=True)
def read_program(code_ref: str, tool_context: ToolContext) -> ToolAnswer:
    """Read a program with its line numbers, and how it last failed, to answer a question about it.

    Args:
        code_ref: The program, such as version-2.
    """
    turn: Turn = tool_context.invocation_state[STATE_KEY]
    program = turn.programs.get(code_ref)
    if program is None:
        return _unknown(turn)
    numbered = "\n".join(f"{number} | {line}" for number, line in enumerate(program.code.splitlines(), 1))[:MAX_READ]
    failure = turn.programs.failure_of(code_ref.strip())
    return f"{numbered}\n\nIt last failed like this:\n{failure}" if failure else numbered


def validated(turn: Turn, program: GeneratedCode) -> ToolAnswer:
    """Run `program`, write down how that went, and say it. A program that has failed in this turn is not run again."""
    turn.announce(Validating(attempt=len(turn.attempts) + 1, attempts=turn.max_attempts))
    if turn.has_failed(program.code) and turn.tried is not None and turn.tried.report is not None:
        return _judge(turn, program, turn.tried.report, 0.0, NOT_RUN_AGAIN)
    started = time.monotonic()
    try:
        report = turn.validator.run(
            program.code, turn.ray_cluster_ip, turn.new_run_id(), turn.cancelled, turn.input_files
        )
    except AgentError as exc:
        turn.tried = Tried(program, report=None)
        return _give_up(turn, exc)
    seconds = report.seconds if report.seconds is not None else time.monotonic() - started
    return _judge(turn, program, report, seconds)


def _written(turn: Turn, prompt: str) -> GeneratedCode:
    """What the writer hands in; one that hands in the program that failed is told so, once."""
    program = turn.codegen.generate(turn.commission(prompt))
    if not turn.has_failed(program.code):
        return program
    return turn.codegen.generate(turn.commission(f"{prompt}\n\n{SAME_PROGRAM}"))


def _judge(turn: Turn, program: GeneratedCode, report: JobReport, seconds: float, note: str = "") -> ToolAnswer:
    error = None if report.status == "succeeded" else in_one_line(report)
    turn.tried = Tried(program, report)
    turn.attempts.append(
        Attempt(
            number=len(turn.attempts) + 1,
            status=report.status,
            seconds=round(seconds, 3),
            error=error,
            tried=note or turn.instructions,
        )
    )
    if error is None:
        turn.validated = True
        return "The program succeeded on the cluster."
    if not is_the_programs(report):
        return _give_up(turn, RemoteFailure(error_of(report)))
    if not turn.out_of_attempts:
        turn.announce(Repairing(attempt=len(turn.attempts), attempts=turn.max_attempts, error=error))
    return _error("\n\n".join([in_full(report, program.code), *([SAME_ERROR] if turn.repeats_its_error else [])]))


def _unknown(turn: Turn) -> ToolAnswer:
    known = ", ".join(turn.programs.references) or "none yet; call generate_code first"
    return _error(f"There is no program of that reference. References: {known}.")


def _error(text: str) -> ToolAnswer:
    """A tool result that says that the tool did not achieve what it is for."""
    return {"status": "error", "content": [{"text": text}]}


def _give_up(turn: Turn, failure: AgentError) -> ToolAnswer:
    turn.failure = failure
    return _error("This request cannot go on, and the user is told why.")
