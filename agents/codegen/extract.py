"""A program out of prose: what is left to do when a model answered in words instead of handing its program in.

Fences are read as CommonMark reads them (https://spec.commonmark.org/0.31.2/#fenced-code-blocks). The program's own
text is not touched: line ends, tabs and trailing blanks stay as the model wrote them.
"""

import ast
import re
import warnings
from collections.abc import Iterator
from dataclasses import dataclass

LINE = re.compile(r"[^\n]*\n|[^\n]+\Z")
OPENING = re.compile(r"(?P<indent> {0,3})(?P<fence>`{3,}|~{3,})[ \t]*(?P<info>[^\n]*)")
PYTHON = frozenset({"py", "py3", "python", "python3", "pyspark", "ray"})
UNMARKED = frozenset({"", "code", "text", "txt"})


@dataclass(frozen=True)
class Block:
    """A fenced block: the first word of its info string, in lower case, and its content."""

    language: str
    code: str


def extract_program(text: str) -> str | None:
    """The program in a model's answer, or None.

    Of several blocks the longest that is marked as Python, else the longest unmarked one that parses as Python.
    Without any block the whole text, when it parses as Python that imports something: a sentence of one word would
    parse as well. An unclosed fence runs to the end of the text.
    """
    blocks = [block for block in fenced_blocks(text) if block.code.strip()]
    marked = [block.code for block in blocks if block.language in PYTHON]
    if marked:
        return max(marked, key=len)
    unmarked = [block.code for block in blocks if block.language in UNMARKED and _parsed(block.code)]
    if unmarked:
        return max(unmarked, key=len)
    return text if not blocks and _imports_something(text) else None


def fenced_blocks(text: str) -> Iterator[Block]:
    """The fenced blocks of `text`, in order."""
    lines = iter(LINE.findall(text))
    for line in lines:
        opening = OPENING.match(line)
        if opening and not (opening["fence"][0] == "`" and "`" in opening["info"]):
            yield Block(_language(opening["info"]), "".join(_content(lines, opening)))


def _content(lines: Iterator[str], opening: re.Match[str]) -> Iterator[str]:
    fence = opening["fence"]
    closing = re.compile(rf" {{0,3}}{re.escape(fence[0])}{{{len(fence)},}}[ \t]*\r?\n?\Z")
    indent = re.compile(rf" {{0,{len(opening['indent'])}}}")
    for line in lines:
        if closing.match(line):
            return
        yield indent.sub("", line, count=1)


def _language(info: str) -> str:
    words = info.split(maxsplit=1)
    return words[0].strip("{}.").lower() if words else ""


def _parsed(code: str) -> ast.Module | None:
    try:
        with warnings.catch_warnings():
            # a program's invalid escapes are its own affair, and the warning would print its text
            warnings.simplefilter("ignore")
            return ast.parse(code)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None


def _imports_something(code: str) -> bool:
    module = _parsed(code)
    return module is not None and any(isinstance(node, (ast.Import, ast.ImportFrom)) for node in ast.walk(module))
