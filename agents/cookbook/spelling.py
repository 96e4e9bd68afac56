"""Words that are misspelt, read as the words of the book that they are nearest to."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import replace
from functools import lru_cache
from itertools import pairwise

from agents.cookbook.tokens import Token, tokenise

_SHORTEST = 5
"""Of a shorter word too many are neighbours: "tusk" and "task"."""
_FIRM = 7
"""From this length on a wrong letter counts as a slip; in a shorter word it makes another word too often."""
_LONG = 8
"""From this length on two slips are forgiven."""


class Spelling:
    """The words of `texts`, as which a word is read that is no other's.

    Only the stem of a token changes: a column keeps its name, whatever it is like. The first letter has to be right,
    since that is where people hardly ever slip and where different words differ ("tribonacci").
    """

    def __init__(self, texts: Iterable[str], known: Iterable[str]) -> None:
        self._known = frozenset(known)
        self._stems: dict[str, dict[str, str]] = defaultdict(dict)
        for token in (token for text in texts for token in tokenise(text)):
            word = token.surface.lower()
            if token.kind == "word" and word.isalpha() and len(word) >= _SHORTEST - 1:
                self._stems[word[0]][word] = token.stem
        self._corrected = lru_cache(maxsize=4_096)(self._nearest)

    def corrected(self, tokens: Sequence[Token]) -> list[Token]:
        """`tokens` with the stems of the words that were meant."""
        ends = [after.glue is not None for _, after in pairwise(tokens)] + [False]
        return [token if tied else self._read(token) for token, tied in zip(tokens, ends, strict=False)]

    def _read(self, token: Token) -> Token:
        if token.kind != "word" or token.glue is not None or token.stem in self._known:
            return token
        word = token.surface.lower()
        if len(word) < _SHORTEST or not word.isalpha():
            return token
        return replace(token, stem=self._corrected(word) or token.stem)

    def _nearest(self, word: str) -> str | None:
        """The stem of the nearest word, if it is near enough and no other one is as near."""
        allowed = 2 if len(word) >= _LONG else 1
        found: dict[int, set[str]] = defaultdict(set)
        for other, stem in self._stems.get(word[0], {}).items():
            if abs(len(other) - len(word)) <= allowed and (len(word) >= _FIRM or not _one_wrong(word, other)):
                found[_slips(word, other)].add(stem)
        nearest = found[min(found)] if found and min(found) <= allowed else set()
        return next(iter(nearest)) if len(nearest) == 1 else None


def _one_wrong(word: str, other: str) -> bool:
    """Whether the two differ in a single letter, and are as long."""
    return len(word) == len(other) and sum(a != b for a, b in zip(word, other, strict=True)) == 1


def _slips(word: str, other: str) -> int:
    """How many letters are missing, too many, wrong, or swapped with the next (optimal string alignment)."""
    above: list[int] = []
    row = list(range(len(other) + 1))
    for i, letter in enumerate(word, start=1):
        above, last, row = row, above, [i]
        for j, wanted in enumerate(other, start=1):
            best = min(above[j] + 1, row[j - 1] + 1, above[j - 1] + (letter != wanted))
            if i > 1 and j > 1 and letter == other[j - 2] and word[i - 2] == wanted:
                best = min(best, last[j - 2] + 1)
            row.append(best)
    return row[-1]
