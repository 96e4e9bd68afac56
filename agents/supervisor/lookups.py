"""Pure: answers that follow from what is known of the thread, for whoever has no language model that could be asked."""

from agents.supervisor.commands import AboutLine, Command, Explain, Thanks, WhyFailed
from agents.supervisor.failures import failing_line
from agents.supervisor.programs import Programs

MORE = "Anything more about it would take a large language model: set RAYGEN_MODEL=provider:model."
NO_PROGRAM = "There is no program in this thread yet. Ask for one."
EXPLAINED = (
    "Explaining takes a language model, and the offline cookbook is none: set RAYGEN_MODEL=provider:model. What a "
    "program of the cookbook does is said on its card; reply «explain line 5» to see a line with its neighbours."
)
WELCOME = "You are welcome. Reply here to change the program."
AROUND = 2
"""Lines that are shown before and after the one that was asked about."""


def looked_up(command: Command | None, programs: Programs) -> str | None:
    """The answer to `command`; None for what cannot be looked up."""
    if isinstance(command, Thanks):
        return WELCOME
    if isinstance(command, WhyFailed):
        return _why(programs)
    if isinstance(command, Explain):
        return EXPLAINED
    if isinstance(command, AboutLine):
        return _lines(programs, command.number)
    return None


def _why(programs: Programs) -> str:
    reference = programs.current or ""
    program = programs.get(reference)
    if program is None:
        return NO_PROGRAM
    failure = programs.failure_of(reference).strip()
    if not failure:
        return f"The current program ({_name(reference)}) has not failed, as far as I know."
    line = failing_line(failure, program.code)
    where = f" in line {line.number}, `{line.text}`" if line else ""
    return f"The current program ({_name(reference)}) failed{where}: {failure.splitlines()[-1].strip()}\n\n{MORE}"


def _lines(programs: Programs, number: int) -> str:
    reference = programs.current or ""
    program = programs.get(reference)
    if program is None:
        return NO_PROGRAM
    lines = program.code.splitlines()
    if not 1 <= number <= len(lines):
        return f"The current program ({_name(reference)}) has {len(lines)} lines."
    first, last = max(1, number - AROUND), min(len(lines), number + AROUND)
    shown = "\n".join(f"{at:>4} {'>' if at == number else ' '} {lines[at - 1]}" for at in range(first, last + 1))
    return f"Line {number} of the current program ({_name(reference)}), with its neighbours:\n\n{shown}\n\n{MORE}"


def _name(reference: str) -> str:
    return reference.replace("-", " ")
