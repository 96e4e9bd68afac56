"""Files that are attached to a request: a recipe reads one only where the request names it."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from agents.cookbook.answers import Answer, Declined, Filled
from agents.cookbook.tokens import stems_of


@dataclass(frozen=True)
class Attached:
    """A file in the program's working directory, and the columns of a table."""

    name: str
    columns: tuple[str, ...]


def attached_in(block: str | None) -> tuple[Attached, ...]:
    """The files that a quoted block describes, a JSON object a line; whatever is none is left out."""
    described = (_object(line) for line in (block or "").splitlines())
    return tuple(
        Attached(str(one.get("name")), tuple(map(str, one.get("columns") or ())))
        for one in described
        if one.get("name")
    )


def with_files(answer: Answer, words: str, files: Sequence[Attached]) -> Answer:
    """The answer, unless it would compute with made-up data what `words` ask about the columns of a file."""
    if not isinstance(answer, Filled) or any(file.name in answer.code for file in files):
        return answer
    asked = set(stems_of(words))
    meant = [file for file in files if asked.intersection(stems_of(" ".join(file.columns)))]
    if not meant:
        return answer
    name = meant[0].name
    return Declined(f"this one would not read {name}; name the file and a column, as in “sum of COLUMN of {name}”")


def _object(line: str) -> dict[str, Any]:
    try:
        found = json.loads(line)
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}
