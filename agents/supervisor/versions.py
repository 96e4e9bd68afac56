"""Programs that are validated as they are, without a model: an earlier version, or one that a person has given."""

from agents.errors import AgentError
from agents.supervisor.commands import GoBack
from agents.supervisor.outcome import ended
from agents.supervisor.tools import validated
from agents.supervisor.turn import Turn
from agents.wire import GeneratedCode, PastVersion, Reply, UnvalidatedCode, Validate, ValidatedCode

NO_MODEL = "no model: it is an earlier version"
GIVEN = "no model: a person gave it"
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
    return _once(turn, program)


def given(request: Validate, turn: Turn) -> ValidatedCode | UnvalidatedCode:
    """The program of the request, validated as it is. Raises AgentError."""
    turn.instructions = "As it was given."
    return _once(turn, GeneratedCode(code=request.code, title=request.title, model=GIVEN))


def _once(turn: Turn, program: GeneratedCode) -> ValidatedCode | UnvalidatedCode:
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
