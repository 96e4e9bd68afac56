"""Going back to an earlier version of the thread's program: decided and done without a model."""

from agents.errors import AgentError
from agents.supervisor.commands import GoBack
from agents.supervisor.outcome import ended
from agents.supervisor.tools import validated
from agents.supervisor.turn import Turn
from agents.wire import GeneratedCode, PastVersion, Reply, UnvalidatedCode, ValidatedCode

NO_MODEL = "no model: it is an earlier version"
RAYGEN = "Raygen, without a model"


def went_back(command: GoBack, turn: Turn) -> ValidatedCode | UnvalidatedCode | Reply:
    """The version, validated anew as it is; words when the thread has no such version. Raises AgentError."""
    versions = turn.programs.versions
    version = _meant(command, versions)
    if version is None:
        return Reply(text=_there_are(versions), model=RAYGEN)
    program = GeneratedCode(
        code=version.code,
        title=version.title,
        explanation=f"Version {version.number} of this thread, unchanged.",
        model=NO_MODEL,
    )
    turn.instructions = f"Going back to version {version.number}."
    turn.max_attempts = 1  # an unchanged program is not repaired
    turn.written = program
    validated(turn, program)
    result = ended(turn)
    if result is None:
        raise AgentError
    return result


def _meant(command: GoBack, versions: tuple[PastVersion, ...]) -> PastVersion | None:
    if command.number is None:
        return versions[-2] if len(versions) > 1 else None
    return next((version for version in versions if version.number == command.number), None)


def _there_are(versions: tuple[PastVersion, ...]) -> str:
    numbers = ", ".join(str(version.number) for version in versions)
    return f"There is no such version. I can go back to these versions of this thread: {numbers}."
