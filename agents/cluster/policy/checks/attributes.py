"""Attributes by their name alone, of whatever object."""

import ast
from collections.abc import Iterator

from agents.cluster.policy.members import METHODS, REACH, SPECIAL, denial_of
from agents.cluster.policy.modules import REACHED
from agents.cluster.policy.program import Hit, Program

_ORDINARY = frozenset({"ray.util.multiprocessing", "socket.socket"})


def used(program: Program) -> Iterator[Hit]:
    """Ways from anything to everything, and methods that hardly anything harmless has."""
    for node in program.tree.of(ast.Attribute):
        if isinstance(node.ctx, ast.Load):
            yield from named(node, node.attr)
            if node.attr == "__dict__" or node.attr in REACHED:
                yield from _through_modules(program, node)
    for pattern in program.tree.of(ast.MatchClass):
        for attribute in pattern.kwd_attrs:
            yield from captured(pattern, attribute)
    for assign in program.tree.of(ast.Assign):
        if any(isinstance(target, ast.Name) and target.id == "__match_args__" for target in assign.targets):
            for text in program.texts(assign.value):
                yield from captured(assign, text)


def _through_modules(program: Program, node: ast.Attribute) -> Iterator[Hit]:
    """`glob.os`, `json.__dict__`: modules, and their contents, taken out of modules."""
    for base in program.names(node.value):
        name = f"{base}.{node.attr}"
        if "()" not in base and not base.startswith("?") and name not in _ORDINARY:
            yield Hit(node, "reflection", name)


def named(node: ast.AST, attribute: str) -> Iterator[Hit]:
    """What an attribute of this name breaks."""
    if attribute in REACH:
        yield Hit(node, "reflection", attribute)
    elif attribute in METHODS:
        yield Hit(node, METHODS[attribute], attribute)
    elif attribute.startswith("_ray_") or (_is_special(attribute) and attribute not in SPECIAL):
        yield Hit(node, "unlisted", attribute)
    elif attribute.startswith("_") and attribute[1:] in REACHED:
        yield Hit(node, "reflection", attribute)


def _is_special(attribute: str) -> bool:
    return attribute.startswith("__") and attribute.endswith("__")


def captured(node: ast.AST, attribute: str) -> Iterator[Hit]:
    """`case object(system=s)` is `s = subject.system`, whatever the subject is."""
    yield from named(node, attribute)
    if attribute.lstrip("_") in REACHED or denial_of(f"os.{attribute}") or denial_of(attribute):
        yield Hit(node, "reflection", attribute)
    elif attribute in {"eval", "query"}:
        yield Hit(node, "expression", attribute)
