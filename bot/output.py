"""What a program printed -> what a person reads: pure functions.

Nothing that the program printed is dropped except what only a terminal understands: colours, cursor movements and
the earlier states of a line that was overwritten by carriage returns.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from agents.wire import OutputPart

_ESCAPES = re.compile(r"\x1b\[[0-9;?]{0,64}[ -/]{0,8}[@-~]|\x1b\][^\x07\x1b]{0,4096}(?:\x07|\x1b\\)|\x1b[@-Z\\-_]")
MOST_SOURCE = 60
"""Characters of a line's source that are shown."""
_CONTROLS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")


def readable(text: str) -> str:
    """The text as a terminal would leave it standing, without colours."""
    lines = _ESCAPES.sub("", text).replace("\r\n", "\n").split("\n")
    return "\n".join(_CONTROLS.sub("", _overwritten(line)) for line in lines)


def _overwritten(line: str) -> str:
    if "\r" not in line:
        return line
    return next((part for part in reversed(line.split("\r")) if part), "")


@dataclass(frozen=True)
class Excerpt:
    """A part of a text that fits into a message; `lines` counts all the lines of the whole."""

    text: str
    lines: int
    whole: bool


def head(text: str, characters: int, lines: int) -> Excerpt:
    """The first lines: what a reader of a result wants to see."""
    everything = text.removesuffix("\n").split("\n") if text else []
    kept = "\n".join(everything[:lines])[:characters]
    return Excerpt(kept, len(everything), whole=kept == "\n".join(everything))


def tail(text: str, characters: int, lines: int) -> Excerpt:
    """The last lines: what a reader of a running program wants to see."""
    everything = text.removesuffix("\n").split("\n") if text else []
    kept = "\n".join(everything[-lines:])[-characters:]
    return Excerpt(kept, len(everything), whole=kept == "\n".join(everything))


def attributed(output: str, parts: Sequence[OutputPart], clean: Callable[[str], str]) -> str:
    """The output with where each line comes from in front of it, as `f pid=4711 | `.

    `clean` makes a stretch fit to be shown; what no part tells of has no source.
    """
    stretches, start = [], 0
    for part in parts:
        stretches.append((_source(part), output[start : start + part.characters]))
        start += part.characters
    if start < len(output):
        stretches.append(("?", output[start:]))
    width = min(MOST_SOURCE, max((len(source) for source, _ in stretches), default=0))
    return "\n".join(
        f"{clean(source[:MOST_SOURCE]):{width}} | {line}"
        for source, text in stretches
        for line in clean(text.strip("\n")).split("\n")
    )


def _source(part: OutputPart) -> str:
    """`driver`, or a worker's task or actor with its pid; standard error and Ray's own lines are named."""
    who = "driver" if part.pid is None else f"{part.name or 'worker'} pid={part.pid}"
    return who if part.stream == "stdout" else f"{who} ({part.stream})"
