"""Pure: requests that mean one thing only, and that no model has to be asked about.

A request is a command only if it says nothing else: "go back to version 2 and use 4 workers" is one for the model.
"""

import re
from dataclasses import dataclass

_ORDINALS = ("first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth")
_PLEASE = re.compile(r"^(?:please|ok(?:ay)?|now|so|and|then|can you|could you)[,\s]+|[,\s]+please$", re.IGNORECASE)
_BACK = (
    r"(?:(?:go|get|take (?:me|it|us)|let'?s go|switch|return|jump|roll|move) ?back to|return to|revert to|restore|"
    r"bring back|back to|undo to|switch to|use)"
)
_NUMBERED = re.compile(
    rf"{_BACK} (?:the )?(?:(?:version|v|number|no\.?|#) ?#?(?P<digits>\d{{1,4}})|"
    rf"(?P<ordinal>{'|'.join(_ORDINALS)}|original|\d{{1,4}}(?:st|nd|rd|th)) (?:version|program|code|one))",
    re.IGNORECASE,
)
_PREVIOUS = re.compile(
    rf"{_BACK} (?:the )?(?:previous|last|earlier|prior) (?:version|program|code|one)|"
    r"undo(?: (?:that|this|it|the last change))?|revert(?: (?:that|this|it|the last change))?|go back",
    re.IGNORECASE,
)
_WHY = re.compile(
    r"(?:why|how come) (?:did|does|has|is|was)(?:n't)? .{0,40}\b(?:fail|failed|failing|crash|crashed|break|broke|wrong|"
    r"work|error)\b.{0,20}|what (?:went|is|was|'s) ?(?:wrong|the error|the problem|the failure)\b.{0,30}|"
    r"(?:explain|show)(?: me)? (?:the|that|this) (?:error|failure|traceback)",
    re.IGNORECASE,
)
_EXPLAIN = re.compile(r"explain (?:this|the) (?:(?:program|code)\b.{0,100}|ray error\b.*)", re.IGNORECASE)
_LINE = re.compile(
    r"(?:explain|describe|show|what(?:'s| is| does| happens)|tell me about)\b.{0,20}\b(?:on |in |at )?line "
    r"(?P<first>\d{1,6})\b.{0,20}",
    re.IGNORECASE,
)
_THANKS = re.compile(
    r"(?:(?:many )?thanks|thank you|thx|great|nice|perfect|cool|awesome|good|well done|ok(?:ay)?|got it|👍|🙏)"
    r"(?:[ ,!.]+(?:thanks|thank you|a lot|so much|very much|job|work|that works|it works|raygen|👍|🙏))*",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class GoBack:
    """Make an earlier version the current one; `number` None is the one before the current."""

    number: int | None


@dataclass(frozen=True)
class WhyFailed:
    """A question about the last failure."""


@dataclass(frozen=True)
class AboutLine:
    """A question about a line of the current program, counted from 1."""

    number: int


@dataclass(frozen=True)
class Explain:
    """A wish to have the current program, or an error that comes along, explained."""


@dataclass(frozen=True)
class Thanks:
    """Words that ask for nothing."""


Command = GoBack | WhyFailed | AboutLine | Explain | Thanks


def command_of(prompt: str) -> Command | None:
    """The command that `prompt` is, as a whole; None when it says anything else."""
    said = _bare(prompt)
    if numbered := _NUMBERED.fullmatch(said):
        return GoBack(int(numbered["digits"]) if numbered["digits"] else _number(numbered["ordinal"].lower()))
    if _PREVIOUS.fullmatch(said):
        return GoBack(None)
    if _WHY.fullmatch(said):
        return WhyFailed()
    if about := _LINE.fullmatch(said):
        return AboutLine(int(about["first"]))
    if _EXPLAIN.fullmatch(said):
        return Explain()
    return Thanks() if _THANKS.fullmatch(said) else None


def _bare(prompt: str) -> str:
    said = " ".join(prompt.split()).strip(" .!?…")
    while (shorter := _PLEASE.sub("", said)) != said:
        said = shorter
    return said


def _number(ordinal: str) -> int:
    if ordinal == "original":
        return 1
    return _ORDINALS.index(ordinal) + 1 if ordinal in _ORDINALS else int(ordinal[:-2])
