"""A program's constants: reading them, and putting other values in their place without touching anything else."""

import ast
from collections.abc import Iterator, Mapping
from itertools import accumulate

_LONG = 10_000
Value = int | float | str | bool | None | list[int] | list[float]


def constants(program: str) -> dict[str, Value]:
    """The literals that are assigned, in capitals, at the top level of `program`."""
    return {name: ast.literal_eval(node) for name, node in _literals(program)}


def fill(program: str, values: Mapping[str, Value]) -> str:
    """`program` with each constant named in `values` holding that value; all other text stays byte for byte.

    Raises KeyError when the program has no such constant.
    """
    nodes = dict(_literals(program))
    starts = [0, *accumulate(len(line) for line in program.encode().splitlines(keepends=True))]
    spans = sorted(((*_span(nodes[name], starts), literal(value)) for name, value in values.items()), reverse=True)
    filled = program.encode()
    for begin, end, text in spans:
        filled = filled[:begin] + text.encode() + filled[end:]
    return filled.decode()


def literal(value: Value) -> str:
    """`value` as Python writes it, integers of five digits and more with underscores."""
    if isinstance(value, int) and not isinstance(value, bool):
        return f"{value:_}" if abs(value) >= _LONG else str(value)
    return repr(value)


def _literals(program: str) -> Iterator[tuple[str, ast.expr]]:
    for node in ast.parse(program).body:
        match node:
            case ast.Assign(targets=[ast.Name(id=name)], value=value) if name.isupper() and _is_literal(value):
                yield name, value


def _is_literal(node: ast.expr) -> bool:
    try:
        ast.literal_eval(node)
    except ValueError:
        return False
    return True


def _span(node: ast.expr, starts: list[int]) -> tuple[int, int]:
    """Where `node` stands in the program's UTF-8 bytes; the syntax tree counts columns in bytes, lines from 1."""
    if node.end_lineno is None or node.end_col_offset is None:
        raise ValueError("the parser gave no position")
    return starts[node.lineno - 1] + node.col_offset, starts[node.end_lineno - 1] + node.end_col_offset
