"""A program -> its first syntax error: pure, and nothing of it is executed."""

import ast
import warnings
from dataclasses import dataclass

MAX_CHARACTERS = 200_000
"""A longer program takes too long to parse here; the cluster, which parses it anyway, says what is wrong."""


@dataclass(frozen=True)
class SyntaxFault:
    """Where a program stops being Python, counted from 1, and what Python says of it."""

    line: int
    said: str


def fault_of(code: str) -> SyntaxFault | None:
    """The first syntax error; None for a program that parses, or that is too long to be looked at."""
    if len(code) > MAX_CHARACTERS:
        return None
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # an odd escape sequence is the author's business
        try:
            ast.parse(code.encode())
        except SyntaxError as error:
            return SyntaxFault(error.lineno or 1, error.msg)
        except (ValueError, RecursionError, MemoryError):
            return SyntaxFault(1, "it is nested too deeply, or holds a null character")
    return None
