"""What a person says that means one thing only: verbs of a thread, and words that hand over a program. Pure.

A verb counts only as the whole message. Where it counts is for the listener to say: with a mention or in a direct
message, never in a bare reply, so that «stop» or «run» said from one colleague to another starts and stops nothing.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from bot.attachments.shared import SharedFile

Verb = Literal["run", "stop", "status", "diff", "version", "help"]

VERBS: tuple[Verb, ...] = ("run", "stop", "status", "diff", "version", "help")

_VERB = re.compile(
    r"(?P<run>(?:re)?run(?: it)?(?: again)?)|(?P<stop>stop(?: it)?)|(?P<status>status)|(?P<diff>diff)|(?P<help>help)|"
    r"(?P<version>(?:version |v)#?(?P<number>[0-9]{1,4}))",
    re.IGNORECASE | re.ASCII,
)
_HANDS_OVER = re.compile(
    r"(?:please )?(?:use|take|try|validate) (?:this|it|that)(?: one| file| program| code| version| instead)*"
    r"(?: please)?|(?:here|this)(?: it is| you are| one)?",
    re.IGNORECASE | re.ASCII,
)
_PROGRAM = re.compile(r".*\.py", re.IGNORECASE | re.DOTALL)


@dataclass(frozen=True)
class Said:
    """A verb; `number` is that of the version that is meant, for the verb `version` alone."""

    verb: Verb
    number: int | None = None


def verb_of(text: str) -> Said | None:
    """The verb that the message is, as a whole; None when it says anything else."""
    found = _VERB.fullmatch(_bare(text))
    if found is None:
        return None
    verb = next(name for name in VERBS if found[name])
    return Said(verb, int(found["number"]) if found["number"] else None)


def handed_over(text: str, files: Sequence[SharedFile]) -> SharedFile | None:
    """The attached program that is to be the next version: the only file, with no words beside «use this»."""
    if len(files) != 1 or not _PROGRAM.fullmatch(files[0].name.strip()):
        return None
    said = _bare(text)
    return files[0] if not said or _HANDS_OVER.fullmatch(said) else None


def _bare(text: str) -> str:
    return " ".join(text.split()).strip(" .!?:")
