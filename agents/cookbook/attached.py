"""Files that are attached to a request: a recipe reads one that the request names, or the only one it can mean."""

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from agents.cookbook.answers import Answer, Declined, Filled
from agents.cookbook.book import Cookbook
from agents.cookbook.request import Request
from agents.cookbook.tokens import stems_of

_WORD = re.compile(r"(\w+)")


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


def answered(book: Cookbook, request: Request, files: Sequence[Attached], current: str | None = None) -> Answer:
    """The book's answer to `request`, which may be about one of `files`.

    A request that names columns and no file is about the only table that has any of them. An answer that would compute
    with made-up data what is asked about a file's columns becomes a decline.
    """
    found = book.answer(request, current)
    if any(file.name in request.text for file in files):
        return found
    asked = set(stems_of(request.text))
    meant = [file for file in files if asked.intersection(stems_of(" ".join(file.columns)))]
    if len(meant) == 1:
        about_file = book.answer(Request(_about(request.text, meant[0]), request.changes), current, assured=True)
        if isinstance(about_file, Filled) and meant[0].name in about_file.code:
            return about_file
    if not meant or not isinstance(found, Filled) or any(file.name in found.code for file in files):
        return found
    hint = f"this one would not read {meant[0].name}; name the file and a column"
    return Declined(f"{hint}, as in “sum of COLUMN of {meant[0].name}”")


def _about(words: str, file: Attached) -> str:
    """`words` with the table's columns by their exact names, and the table's own."""
    for column in sorted(file.columns, key=len, reverse=True):
        words = _naming(words, column)
    return f"{words.rstrip(' .?!')} in {file.name}"


def _naming(words: str, column: str) -> str:
    """`words` with `column` in the place of each run of words that means it: "unit prices" means unit_price."""
    stems = stems_of(column)
    parts = _WORD.split(words)  # every other part is a word
    run = 2 * len(stems) - 1
    at = 1
    while stems and at + run <= len(parts):
        if [stem for word in parts[at : at + run : 2] for stem in stems_of(word)] == stems:
            parts[at : at + run] = [column]
        at += 2
    return "".join(parts)


def _object(line: str) -> dict[str, Any]:
    try:
        found = json.loads(line)
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}
