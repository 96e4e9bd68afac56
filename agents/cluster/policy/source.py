"""A program's source, read as Python will read it, within bounds."""

import ast
import re
import warnings

from agents.cluster.policy.tree import Tree

_CODING = re.compile(rb"^[ \t\f]*#.*?coding[:=][ \t]*([-\w.]+)")
_UTF_8 = frozenset({b"utf-8", b"utf_8", b"utf8", b"ascii", b"us-ascii"})
_F_STRING = re.compile(
    r"""(?is)\b(?:f|fr|rf)(?:'''(?:[^\\]|\\.)*?'''|\"\"\"(?:[^\\]|\\.)*?\"\"\"|'(?:[^\\'\n]|\\.)*+'|"(?:[^\\"\n]|\\.)*+")"""
)
_FIELDS_AT_MOST = 1_000
_FIELD_STEPS = 10**8


def read(code: str) -> Tree:
    """The tree of the bytes that will run; raises SyntaxError, ValueError, RecursionError or MemoryError.

    Warnings are suppressed since they quote the source on standard error.
    """
    if _parses_slowly(code):
        raise RecursionError
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return Tree(ast.parse(code.encode()))


def _parses_slowly(code: str) -> bool:
    """Whether an f-string has so many fields that Python 3.11 would read it for seconds.

    For each field it counts the lines from the text's beginning (`fstring_find_expr_location` in its string_parser.c).
    """
    if code.count("{") <= _FIELDS_AT_MOST:
        return False
    texts = (code[found.start() : found.end()] for found in _F_STRING.finditer(code))
    return any(text.count("{") > _FIELDS_AT_MOST and text.count("{") * len(text) > _FIELD_STEPS for text in texts)


def declares_encoding(code: str) -> bool:
    """Whether one of the first lines declares another encoding than UTF-8 (PEP 263), whatever ends a line."""
    first = re.split(rb"\r\n|\r|\n|\f", code[:10_000].encode(errors="replace"))[:4]
    found = [match[1].lower() for line in first if (match := _CODING.match(line))]
    return any(name not in _UTF_8 for name in found)
