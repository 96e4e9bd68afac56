"""A request in words, read into tokens: words with their stems, numbers with their values, quoted texts, paths."""

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

import snowballstemmer  # type: ignore[import-untyped]  # the package has no types

from agents.cookbook.notation import FILE, QUOTED
from agents.cookbook.rewriting import rewritten

Signs = list[str]
"""What a request is compared by: see `signs`."""
Kind = Literal["word", "number", "text", "path", "mark"]


@dataclass(frozen=True, slots=True)
class Token:
    """One piece of a request; `value` is what a program's constant would hold, `stem` is what words are compared by.

    `glue` is what ties it to the token before: "_" in "unit_price", nothing at all in "unitPrice", None elsewhere.
    A number that was spelled out ("four") has the kind "number" and keeps its stem, so that a recipe which speaks of
    "two matrices" still knows the word; a number in digits has an empty stem, and a path the stem of its suffix.
    """

    kind: Kind
    surface: str
    stem: str = ""
    value: int | float | str | None = None
    glue: str | None = None


# fmt: off
_UNITS = [
    "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve",
    "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen",
]
# fmt: on
_TENS = ["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"]
_SPELLED: dict[str, int | float] = {
    **dict(zip(_UNITS, range(20), strict=True)),
    **dict(zip(_TENS, range(20, 100, 10), strict=True)),
    "pi": math.pi,
}
_MULTIPLES = {"dozen": 12, "hundred": 100, "thousand": 1_000, "million": 10**6, "billion": 10**9, "trillion": 10**12}
_BEFORE_PRONOUN = frozenset(
    {"the", "this", "that", "each", "everi", "which", "next", "ani", "until", "no", "by", "anoth", "add", "plus"}
)
_AFTER_PRONOUN = frozenset({"per", "each", "for", "after", "by", "at", "of", "anoth", "everi"})
_SUFFIXES = {"k": 1_000, "m": 10**6, "b": 10**9}
_NUMBER = (
    r"(?<![\w.])[-+−]?(?:\d{1,3}(?:[,_]\d{3})+|\d+)(?:\.\d+)?(?:[eE][-+]?\d+)?"
    r"(?:(?:st|nd|rd|th)\b|(?P<suffix>[kKmMbB])\b|(?![^\W_]))"
)
_PIECE = re.compile(
    rf"(?P<quoted>{QUOTED})|(?P<path>\w+://\S+|{FILE})|(?P<number>{_NUMBER})"
    r"|(?P<word>[^\W_]+(?:['’][a-z]+)?)|(?P<mark>[<>]=|==|[^\w\s])"
)
_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])")
_TIED = re.compile(r"[^\W_]_")
_SPELLINGS = {
    "π": "pi",
    "%": "percent",
    "×": "x",
    "–": "-",
    ">": "above",
    "<": "below",
    ">=": "at least",
    "<=": "at most",
    "==": "equals",
}
_SAME = {"cpus": "cpu", "gpus": "gpu", "tpus": "tpu", "csvs": "csv"}
"""Plurals that the stemmer takes for words of their own."""
_AMERICAN = {
    r"(?<=\w{3})is(?=(?:e|ed|es|er|ers|ing|ation|ations)$)": "iz",
    r"(?<=\w\w)ys(?=(?:e|ed|es|er|ing)$)": "yz",
    r"(?<=\w\w)our(?=s|ed|ing|ful|$)": "or",
}
"""British endings and American ones, alike in every text: that "raise" is changed too does no harm."""


def tokenise(request: str) -> list[Token]:
    """The tokens of `request` in order; "1.5 million", "a dozen", "10k" and "twenty" become one number each."""
    tokens: list[Token] = []
    for piece in _PIECE.finditer(rewritten(request)):
        tokens.extend(_tokens_of(piece))
    return _multiplied(_pronouns(tokens))


def stems_of(text: str) -> list[str]:
    """The stems of the words of `text`, numbers in digits and marks left out."""
    return [token.stem for token in tokenise(text) if token.stem]


def signs(tokens: Sequence[Token]) -> Signs:
    """The stems of a request, and that it holds a number in digits, a quoted text or a path."""
    found: Signs = []
    for token in tokens:
        found += [f"#{token.kind}"] * (token.kind in {"text", "path"} or (token.kind == "number" and not token.stem))
        found += [token.stem] * bool(token.stem)
    return found


def _tokens_of(piece: re.Match[str]) -> list[Token]:
    surface = piece.group()
    if piece["quoted"] is not None:
        content = next(group for group in piece.groups()[1:6] if group is not None)
        return [Token("text", content or surface, value=content)]
    if piece["path"]:
        return [Token("path", surface, stem=surface.rpartition(".")[2].lower(), value=surface)]
    if piece["number"]:
        return [Token("number", surface, value=_number(surface, piece["suffix"]))]
    if piece["mark"] and surface not in _SPELLINGS:
        return [Token("mark", surface)]
    if surface in _SPELLINGS:
        return [_word(part) for part in _SPELLINGS[surface].split()]
    glue = "_" if _TIED.fullmatch(piece.string, max(piece.start() - 2, 0), piece.start()) else None
    first, *others = _CAMEL.split(surface)
    return [_word(first, glue), *(_word(part, "") for part in others)]


def _word(surface: str, glue: str | None = None) -> Token:
    plain = re.sub(r"['’]s$", "", surface.lower().replace("’", "'"))
    if plain in _SPELLED and glue is None:
        return Token("number", surface, stem=plain, value=_SPELLED[plain])
    return Token("word", surface, stem=_stem(plain), glue=glue)


def _alike(word: str) -> str:
    """`word` as it is compared: in one spelling, and "CPUs" as the plural of "CPU"."""
    for british, american in _AMERICAN.items():
        word = re.sub(british, american, word)
    return _SAME.get(word, word)


@lru_cache(maxsize=20_000)
def _stem(word: str) -> str:
    stem: str = snowballstemmer.stemmer("english").stemWord(_alike(word))
    return stem


def _number(surface: str, suffix: str | None) -> int | float:
    digits = re.sub(r"(?:st|nd|rd|th|[kKmMbB])$", "", surface).replace(",", "").replace("_", "").replace("−", "-")
    factor = _SUFFIXES[suffix.lower()] if suffix else 1
    return _whole(float(digits) * factor) if re.search(r"[.eE]", digits) else int(digits) * factor


def _whole(value: float) -> int | float:
    return int(value) if value.is_integer() else value


def _pronouns(tokens: list[Token]) -> list[Token]:
    """`tokens` with "one" as a word where it counts nothing: "one task per number", "the one", "one by one"."""
    return [
        Token("word", token.surface, stem=token.stem) if _is_pronoun(tokens, position) else token
        for position, token in enumerate(tokens)
    ]


def _is_pronoun(tokens: list[Token], position: int) -> bool:
    if tokens[position].stem != "one":
        return False
    before = {token.stem for token in tokens[max(position - 1, 0) : position]}
    after = {token.stem for token in tokens[position + 1 : position + 5]}
    if "from" in before:
        return bool(tokens[position + 1 : position + 2]) and tokens[position + 1].stem != "to"
    return bool(before & _BEFORE_PRONOUN or after & _AFTER_PRONOUN)


def _multiplied(tokens: list[Token]) -> list[Token]:
    """`tokens` with a number before "million" and the like taken together, and "a million" as a number."""
    merged: list[Token] = []
    for token in tokens:
        multiple = _MULTIPLES.get(token.surface.lower())
        before = merged[-1] if merged else None
        if multiple is None or before is None:
            merged.append(token)
        elif before.kind == "number" and isinstance(before.value, int | float):
            value = _whole(float(before.value) * multiple)
            merged[-1] = Token("number", f"{before.surface} {token.surface}", value=value)
        elif before.surface.lower() in {"a", "an"}:
            merged[-1] = Token("number", f"{before.surface} {token.surface}", value=multiple)
        else:
            merged.append(token)
    return merged
