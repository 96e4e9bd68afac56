"""A recipe's phrases as they are looked for, with the other nouns that people use for what is counted."""

import re
from collections.abc import Sequence

from agents.cookbook.recipe import PLACEHOLDER
from agents.cookbook.tokens import stems_of

SETS = "="
"""Stands in a phrase for the sign of an argument, as in "bins=40"."""
_ALIKE = [
    ["tasks", "workers", "jobs", "processes", "remote functions", "remote calls", "calls", "remote tasks", "futures"],
    ["actors", "members", "workers", "actor workers"],
    ["items", "elements", "entries", "inputs", "values", "objects", "pieces", "work items"],
    ["rows", "records", "samples", "observations", "examples"],
    ["points", "samples", "dots", "draws"],
    ["iterations", "steps", "rounds", "epochs"],
    ["runs", "simulations", "repetitions", "trials", "times"],
]
"""What people count by any of these names, where a recipe counts only one of them."""


def wordings(phrases: Sequence[str]) -> list[list[str]]:
    """Every phrase as placeholders and stems: "{NUM_TASKS} tasks" is ["{NUM_TASKS}", "task"], and as an argument."""
    said = [_elements(phrase) for phrase in (*phrases, *_further(phrases))]
    return said + [_set(elements) for elements in said if _counts(elements)]


def _elements(phrase: str) -> list[str]:
    """A phrase as placeholders and stems: "{NUM_TASKS} tasks" is ["{NUM_TASKS}", "task"]."""
    parts = re.split(r"(\{[A-Z0-9_]+\})", phrase)
    return [piece for part in parts for piece in ([part] if PLACEHOLDER.fullmatch(part) else stems_of(part))]


def _counts(elements: Sequence[str]) -> bool:
    """Whether a phrase is a value with its noun."""
    return len(elements) > 1 and [element.startswith("{") for element in elements] == [True] + [False] * (
        len(elements) - 1
    )


def _set(elements: Sequence[str]) -> list[str]:
    """The same as an argument: of "{NUM_BINS} bins" what reads "bins = 40"."""
    value, *noun = elements
    return [*noun, SETS, value]


def _further(phrases: Sequence[str]) -> list[str]:
    """Phrases with another noun: with "{NUM_TASKS} tasks" also "{NUM_TASKS} workers", if they count nothing else."""
    counted: dict[str, set[str]] = {}
    for phrase in phrases:
        if found := re.fullmatch(r"(\{[A-Z0-9_]+\}) (.+)", phrase):
            counted.setdefault(found[2], set()).add(found[1])
    gained: dict[str, set[str]] = {}
    for nouns in _ALIKE:
        for noun in nouns:
            gained.setdefault(noun, set()).update(*(counted.get(other, set()) for other in nouns))
    single = ((noun, names) for noun, names in gained.items() if len(names) == 1 and noun not in counted)
    return [f"{name} {noun}" for noun, names in single for name in names]
