"""Sequences that are written down, element by element."""

import ast
from collections.abc import Iterator

from agents.cluster.policy.tree import Tree


def spread(tree: Tree, arguments: list[ast.expr]) -> Iterator[ast.expr]:
    """Arguments, with those behind a `*` one by one where they are written down."""
    for each in arguments:
        yield from (sequence(tree, each.value) or [each]) if isinstance(each, ast.Starred) else [each]


def sequence(tree: Tree, node: ast.expr, depth: int = 8) -> list[ast.expr]:
    """The elements, also behind `map(str, …)` and `(chr(x) for x in …)`; none where they are not known."""
    match node:
        case _ if depth == 0:
            return []
        case ast.List(elts=elements) | ast.Tuple(elts=elements):
            return elements
        case ast.Call(func=ast.Name(id="map"), args=[ast.Name(id="str" | "chr") as function, values]):
            return [ast.Call(function, [each], []) for each in sequence(tree, values, depth - 1)]
        case ast.GeneratorExp(elt=element, generators=[one]) | ast.ListComp(elt=element, generators=[one]):
            return [] if one.ifs else _generated(element, one.target, sequence(tree, one.iter, depth - 1))
        case ast.Name(id=name) if name not in tree.additions:
            bound = tree.bindings.get(name, [])
            return sequence(tree, bound[0], depth - 1) if len(bound) == 1 and isinstance(bound[0], ast.expr) else []
    return []


def _generated(element: ast.expr, target: ast.expr, values: list[ast.expr]) -> list[ast.expr]:
    match element, target:
        case ast.Name(id=used), ast.Name(id=name) if used == name:
            return values
        case ast.Call(func=ast.Name(id="str" | "chr") as function, args=[ast.Name(id=used)]), ast.Name(id=name):
            return [ast.Call(function, [each], []) for each in values] if used == name else []
    return []
