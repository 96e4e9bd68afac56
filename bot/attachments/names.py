"""What people call their files -> what the files are called in a program's directory: pure."""

import re
import unicodedata
from collections.abc import Collection

from agents.wire import MAX_INPUT_NAME_BYTES

_NOT_PLAIN = re.compile(r"[^\w .()+@,=-]")
_LEADING = re.compile(r"^[\W_]+")
_LONGEST_SUFFIX = 20
"""Characters, which have at most 4 bytes each."""


def plain_name(name: str) -> str:
    """A name that matches `agents.wire.INPUT_NAME`: of a path the last part, and as much of the rest as can be kept."""
    last = re.split(r"[/\\]", unicodedata.normalize("NFC", name))[-1]
    stem, suffix = _parts(_NOT_PLAIN.sub("_", " ".join(last.split())).lstrip("."))
    return _joined(_LEADING.sub("", stem) or "file", suffix)


def numbered(name: str, taken: Collection[str]) -> str:
    """`name`, or with the first number from 2 on that makes it one that is not taken."""
    stem, suffix = _parts(name)
    number, found = 1, name
    while found in taken:
        number += 1
        found = _joined(stem, suffix, f"-{number}")
    return found


def _parts(name: str) -> tuple[str, str]:
    """Stem and suffix; what is too long for a suffix belongs to the stem."""
    stem, dot, suffix = name.rpartition(".")
    return (stem, suffix) if dot and len(suffix) <= _LONGEST_SUFFIX else (name, "")


def _joined(stem: str, suffix: str, number: str = "") -> str:
    """The parts as one name, the stem cut so that it is not too long."""
    end = f"{number}.{suffix}" if suffix else number
    room = MAX_INPUT_NAME_BYTES - len(end.encode())
    return stem.encode()[:room].decode(errors="ignore").rstrip(" .") + end
