"""The value that stands at one place of a request, if a parameter can hold it."""

from collections.abc import Sequence

from agents.cookbook.program import Value
from agents.cookbook.recipe import Number, Numbers, Parameter, Text
from agents.cookbook.tokens import Token

Taken = tuple[Value, int]
"""A value and how many tokens it takes."""

_GREETING = frozenset({"hello", "hi", "hey", "howdy", "greetings", "goodbye", "welcome"})
_GREETED = frozenset({"world", "there", "everyone", "everybody", "all", "team", "ray"})
_GREETING_WORDS = 5
"""A text without quotes is short; what goes on is the rest of the request."""


def take(tokens: Sequence[Token], at: int, parameter: Parameter, skippable: frozenset[str]) -> Taken | None:
    """The value for `parameter` that begins at `at`; None if none does.

    `skippable`: stems of words that are the recipe's own and therefore no names.
    """
    if at >= len(tokens):
        return None
    match parameter:
        case Number():
            return _number(tokens[at], parameter)
        case Numbers():
            return _numbers(tokens, at, parameter)
        case Text(kind="path"):
            return _path(tokens[at], parameter.suffixes)
        case Text():
            return _text(tokens, at, parameter, skippable)
        case _:
            return None


def _number(token: Token, parameter: Number) -> Taken | None:
    """A number; one that is spelled out and that the parameter cannot hold, as in "two variables", is none for it."""
    value = token.value
    if not isinstance(value, int) and not (parameter.kind == "decimal" and isinstance(value, float)):
        return None
    return None if token.stem and not parameter.minimum <= value <= parameter.maximum else (value, 1)


def _numbers(tokens: Sequence[Token], at: int, parameter: Numbers) -> Taken | None:
    """Two or more numbers in digits, with commas and "and" between them."""
    values: list[int | float] = []
    end = cursor = at
    while cursor < len(tokens):
        token = tokens[cursor]
        if isinstance(token.value, int | float) and not token.stem:
            values.append(token.value)
            end = cursor + 1
        elif not values or not (token.surface == "," or token.stem == "and"):
            break
        cursor += 1
    if len(values) == 1:
        return None
    if parameter.kind == "decimals":
        return ([float(value) for value in values], end - at) if values else None
    integers = [value for value in values if isinstance(value, int)]
    return (integers, end - at) if values and integers == values else None


def _path(token: Token, suffixes: tuple[str, ...]) -> Taken | None:
    """A file that a cluster can read as it stands; a URL would need credentials that no recipe has."""
    if token.kind in {"path", "text"} and token.surface.endswith(suffixes) and "://" not in token.surface:
        return token.value, 1
    return None


def _text(tokens: Sequence[Token], at: int, parameter: Text, skippable: frozenset[str]) -> Taken | None:
    token = tokens[at]
    if token.kind == "text":
        return token.value, 1
    if parameter.kind == "name":
        return _name(tokens, at, skippable)
    return _greeting(tokens, at, skippable) if parameter.kind == "greeting" else None


def _name(tokens: Sequence[Token], at: int, skippable: frozenset[str]) -> Taken | None:
    """A word that is none of `skippable`; whatever they are, words that are tied together are a name."""
    end = at + 1
    while end < len(tokens) and tokens[end].glue is not None:
        end += 1
    if tokens[at].kind != "word" or tokens[at].glue is not None or (end == at + 1 and tokens[at].stem in skippable):
        return None
    return "".join((token.glue or "") + token.surface for token in tokens[at:end]), end - at


def _greeting(tokens: Sequence[Token], at: int, skippable: frozenset[str]) -> Taken | None:
    """A greeting as it stands, without quotes: "Hello", "hello world", "Goodbye Ada", or a capitalised word."""
    end = at
    while end < min(len(tokens), at + _GREETING_WORDS) and _greets(tokens[end], skippable, first=end == at):
        end += 1
    return (" ".join(token.surface for token in tokens[at:end]), end - at) if end > at else None


def _greets(token: Token, skippable: frozenset[str], *, first: bool) -> bool:
    word = token.surface.lower()
    if token.kind != "word":
        return False
    if word in _GREETING:
        return first
    return (word in _GREETED and not first) or (token.surface.istitle() and token.stem not in skippable)
