"""Pure: what the writer is asked: the instructions, and in marked blocks the files, the program and how it failed."""

import re

from agents.supervisor.failures import in_full, with_its_line
from agents.supervisor.files import MARK, described
from agents.supervisor.turn import Turn

SAME_ERROR = (
    "The program has now failed twice in the same way, so what was changed was not the cause. Do not change it a "
    "little once more: leave the approach that fails, and reach the same result in another way, with other functions."
)
SAME_PROGRAM = (
    "You have handed in the very program that failed, and it would fail again. Hand in another one: begin at the "
    "failing line, and solve that part in another way."
)


def writer_prompt(instructions: str, turn: Turn, base: str | None) -> str:
    """The prompt for a program that starts from the one of the reference `base`, if there is one."""
    program = turn.programs.get(base) if base else None
    parts = [instructions]
    if turn.file_descriptions:
        parts.append(_block(MARK, described(turn.file_descriptions)))
    if program is None:
        return "\n\n".join(parts)
    parts.append(_block("python current program", program.code))
    tried = turn.tried
    if tried is not None and tried.report is not None and tried.program.code == program.code:
        parts.append(_block("text failure", in_full(tried.report, program.code)))
    elif earlier := turn.programs.failure_of(base or ""):
        parts.append(_block("text earlier traceback", with_its_line(earlier, program.code)))
    if turn.repeats_its_error:
        parts.append(SAME_ERROR)
    return "\n\n".join(parts)


def _block(mark: str, text: str) -> str:
    """A fenced block, its fence longer than any in `text`."""
    longest = max((len(run) for run in re.findall("`+", text)), default=0)
    fence = "`" * max(3, longest + 1)
    return f"{fence}{mark}\n{text}\n{fence}"
