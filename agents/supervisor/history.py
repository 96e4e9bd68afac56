"""Pure: the thread before this request, as the messages that the model sees, and in words for its system prompt.

The thread is kept by whoever asks, and comes with each request: nothing has to be remembered here, by any process, and
two replicas cannot remember different things.
"""

from collections.abc import Sequence

from strands.types.content import Messages

from agents.supervisor.commands import GoBack, command_of
from agents.supervisor.programs import Programs
from agents.wire import Generate, PastTurn

MAX_PROMPT = 2_000
MAX_ANSWER = 1_500
ABOUT_VERSIONS = (
    "If the user means another version than the current one, pass its reference to `generate_code` as `code_ref`. If a "
    "version is wanted as it was, validate it and write nothing. For a question about a program, such as a line or a "
    "failure, read it first with `read_program`."
)
NO_ANSWER = "(This request was not answered.)"


def messages_of(history: Sequence[PastTurn], programs: Programs) -> Messages:
    """What was asked and answered, each side shortened; what the person has gone back behind is left out."""
    messages: Messages = []
    for past in _standing(history):
        messages.append({"role": "user", "content": [{"text": _clipped(past.prompt, MAX_PROMPT)}]})
        messages.append({"role": "assistant", "content": [{"text": _answer(past, programs)}]})
    return messages


def registered(request: Generate, programs: Programs) -> None:
    """Give the thread's versions and its current program their references."""
    for version in request.versions:
        programs.keep(version)
    if request.code is not None:
        programs.begin_with(request.code)


def in_words(programs: Programs) -> str:
    """What the model is told of the thread's programs; empty when there are none."""
    lines = [
        f"- version-{version.number}: {version.title} ({'ran' if version.validated else 'never ran through'}"
        f"{', and failed when it was run last' if version.validated and version.failure else ''})"
        for version in programs.versions
    ]
    if programs.current is not None:
        lines.append(f"The current program is {programs.current}. The writer is given it with your instructions.")
    return "\n".join(["The thread's programs:", *lines, ABOUT_VERSIONS]) if lines else ""


def _standing(history: Sequence[PastTurn]) -> list[PastTurn]:
    standing: list[PastTurn] = []
    for past in history:
        command = command_of(past.prompt)
        numbers = [earlier.version for earlier in standing]
        if isinstance(command, GoBack) and past.version is not None:
            if command.number in numbers:
                # from here on the thread is about that program, now under the number that the return gave it
                standing = standing[: numbers.index(command.number) + 1]
                standing[-1] = standing[-1].model_copy(update={"version": past.version})
            continue
        standing.append(past)
    return standing


def _answer(past: PastTurn, programs: Programs) -> str:
    if past.version is None:
        return _clipped(past.answer, MAX_ANSWER) or NO_ANSWER
    program = programs.get(f"version-{past.version}")
    title = f" «{program.title}»" if program else ""
    return f"version-{past.version}{title}. {_clipped(past.answer, MAX_ANSWER)}".strip()


def _clipped(text: str, limit: int) -> str:
    text = text.strip()
    return text if len(text) <= limit else text[:limit] + "…"
