"""Words of a request that say what the lines of a file are, and are no column of it."""

from collections.abc import Sequence
from itertools import pairwise

from agents.cookbook.tokens import Token, stems_of

_WITHIN = frozenset(stems_of("in of from within inside"))
_BEFORE_ENTRIES = frozenset(
    stems_of(
        "which what all those only many largest biggest highest smallest lowest cheapest expensive longest shortest"
        " oldest youngest best worst top first last most greatest latest earliest newest heaviest fastest slowest"
    )
)


def named_entries(tokens: Sequence[Token]) -> set[int]:
    """Where a request says what the lines of a file are: "the 5 oldest *people* in people.csv".

    They are called like the file, are counted, or stand right before the file, behind a word such as "which".
    """
    files = {stem for token in tokens if token.kind == "path" for stem in stems_of(_base(token.surface))}
    if not files:
        return set()
    found = {at for at, token in enumerate(tokens) if token.kind == "word" and token.stem in files}
    for at, (before, token) in enumerate(pairwise(tokens), start=1):
        chosen = before.kind == "number" or (before.stem in _BEFORE_ENTRIES and _in_file(tokens[at + 1 :]))
        found |= {at} if chosen and token.kind == "word" and token.stem not in _BEFORE_ENTRIES else set()
    return found


def _in_file(tokens: Sequence[Token]) -> bool:
    """Whether `tokens` begin like "in people.csv"."""
    return [token.kind for token in tokens[:2]] == ["word", "path"] and tokens[0].stem in _WITHIN


def _base(path: str) -> str:
    return path.rpartition("/")[2].partition(".")[0]
