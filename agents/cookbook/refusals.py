"""What a recipe certainly cannot do of a request, in whole clauses for a person."""

from collections.abc import Sequence

from agents.cookbook.phrases import Reading
from agents.cookbook.recipe import Recipe
from agents.cookbook.tokens import Token, stems_of

_TO_PRINT = frozenset(stems_of("print prints return returns report output"))
_FIGURES = frozenset(stems_of("sum number count total mean average product maximum minimum median"))
_BETWEEN = 3
"""A figure that is asked for stands at most so many tokens behind its verb: "print only the final sum"."""


def figures(recipe: Recipe, tokens: Sequence[Token]) -> list[str]:
    """What a request wants printed and a program on material of its own cannot: "print the sum of the squares"."""
    if not recipe.shows:
        return []
    wanted = (
        token.surface
        for at, verb in enumerate(tokens)
        if verb.stem in _TO_PRINT
        for token in tokens[at + 1 : at + 2 + _BETWEEN]
        if token.stem in _FIGURES
    )
    return [f"the closest one shows how it works, and does not compute the {figure} asked for" for figure in wanted]


def missing(recipe: Recipe, reading: Reading) -> list[str]:
    """The parameters that have no default and that the request does not name."""
    return [
        f"the closest one needs to be told {parameter.meaning}"
        for name, parameter in recipe.parameters.items()
        if parameter.required and name not in reading.values
    ]
