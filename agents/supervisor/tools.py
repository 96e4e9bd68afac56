"""The supervisor's two tools. They pass programs by reference; all that identifies user, session and cluster comes
from the turn in the invocation state, and arguments that a model invents beside the declared ones are dropped.
"""

import json
import re
import time
from typing import Any

from strands import ToolContext, tool

from agents.errors import AgentError, RemoteFailure
from agents.supervisor.failures import error_of, in_full, in_one_line, is_the_programs
from agents.supervisor.turn import STATE_KEY, Tried, Turn
from agents.wire import Attempt, GeneratedCode, JobReport, Repairing, Validating, Writing

ToolAnswer = str | dict[str, Any]
"""Strands' tool results: text for success, `{"status", "content"}` for anything else."""
OVER = "Nothing was done: this request has come to its end."


@tool(context=True)
def generate_code(instructions: str, tool_context: ToolContext) -> ToolAnswer:
    """Have a program written, or the current one changed or repaired. Answers with its code_ref and title.

    The writer gets your instructions, the current program and the last failure; do not repeat those.

    Args:
        instructions: What the program should do, or what should change, in the user's own terms.
    """
    turn: Turn = tool_context.invocation_state[STATE_KEY]
    if turn.over:
        return _error(OVER)
    turn.asked += 1
    turn.announce(Writing(attempt=turn.asked))
    try:
        program = turn.codegen.generate(writer_prompt(instructions, turn), turn.session_id)
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
    """Run a program on the user's Ray cluster. Answers with success, or with the failure to repair.

    Args:
        code_ref: The reference that generate_code answered with.
    """
    turn: Turn = tool_context.invocation_state[STATE_KEY]
    program = turn.programs.get(code_ref)
    if program is None:
        known = ", ".join(turn.programs.references) or "none yet; call generate_code first"
        return _error(f"There is no program of that reference. References: {known}.")
    if turn.over:
        return _error(OVER)
    turn.announce(Validating(attempt=len(turn.attempts) + 1, attempts=turn.max_attempts))
    started = time.monotonic()
    try:
        report = turn.validator.run(program.code, turn.ray_cluster_ip, turn.new_run_id(), turn.cancelled)
    except AgentError as exc:
        turn.tried = Tried(program, report=None)
        return _give_up(turn, exc)
    return _judge(turn, program, report, time.monotonic() - started)


def writer_prompt(instructions: str, turn: Turn) -> str:
    """What the code-gen runtime is asked: the instructions, and in marked blocks the current program and how it
    failed, from the store, as they are.
    """
    program = turn.tried.program if turn.tried else turn.programs.latest
    parts = [instructions]
    if program is not None:
        parts.append(_block("python current program", program.code))
    if turn.tried is not None and turn.tried.report is not None:
        parts.append(_block("text failure", in_full(turn.tried.report)))
    return "\n\n".join(parts)


def _block(mark: str, text: str) -> str:
    """A fenced block, its fence longer than any in `text`."""
    longest = max((len(run) for run in re.findall("`+", text)), default=0)
    fence = "`" * max(3, longest + 1)
    return f"{fence}{mark}\n{text}\n{fence}"


def _error(text: str) -> ToolAnswer:
    """A tool result that says that the tool did not achieve what it is for."""
    return {"status": "error", "content": [{"text": text}]}


def _judge(turn: Turn, program: GeneratedCode, report: JobReport, elapsed: float) -> ToolAnswer:
    succeeded = report.status == "succeeded"
    error = None if succeeded else in_one_line(report)
    seconds = report.seconds if report.seconds is not None else elapsed
    turn.tried = Tried(program, report)
    turn.attempts.append(
        Attempt(number=len(turn.attempts) + 1, status=report.status, seconds=round(seconds, 3), error=error)
    )
    if error is None:
        turn.validated = True
        return "The program succeeded on the cluster."
    if not is_the_programs(report):
        return _give_up(turn, RemoteFailure(error_of(report)))
    if not turn.out_of_attempts:
        turn.announce(Repairing(attempt=len(turn.attempts), attempts=turn.max_attempts, error=error))
    return _error(in_full(report))


def _give_up(turn: Turn, failure: AgentError) -> ToolAnswer:
    turn.failure = failure
    return _error("This request cannot go on, and the user is told why.")
