"""Attributes that are named by texts: `getattr(os, "system")` is `os.system`."""

import ast
from collections.abc import Iterator

from agents.cluster.policy.checks.attributes import named
from agents.cluster.policy.folding import HOLE
from agents.cluster.policy.members import REACH, rule_of
from agents.cluster.policy.modules import GUARDED, REACHED
from agents.cluster.policy.program import Hit, Program

_GETTERS = frozenset({"getattr", "setattr", "delattr", "inspect.getattr_static"})
_LATER = frozenset({"operator.attrgetter", "operator.methodcaller"})
_EVALUATING = frozenset({"eval", "query"})


def reflected(program: Program) -> Iterator[Hit]:
    """`getattr`, `vars`, `attrgetter`, and subscripts that look attributes up."""
    for node, functions, _ in program.calls:
        if functions & _GETTERS and len(node.args) > 1:
            yield from _looked_up(program, node, program.names(node.args[0]), node.args[1])
        if functions & _LATER:
            for argument in node.args[: None if "operator.attrgetter" in functions else 1]:
                yield from _looked_up(program, node, frozenset(), argument)
        if "vars" in functions and (not node.args or _is_of_modules(program.names(node.args[0]))):
            yield Hit(node, "reflection", "vars")
    for subscript in program.tree.of(ast.Subscript):
        if isinstance(subscript.slice, ast.Constant | ast.BinOp | ast.Name | ast.JoinedStr | ast.Call):
            for text in program.texts(subscript.slice):
                if text in REACH or (text.startswith("_") and text[1:] in REACHED):
                    yield Hit(subscript, "reflection", text)


def _is_of_modules(names: frozenset[str]) -> bool:
    return any("()" not in name and not name.startswith("?") for name in names)


def _is_of_self(program: Program, node: ast.Call) -> bool:
    """`setattr(self, name, value)` and `getattr(self, name)(…)`: of an object of the program's own without modules."""
    if not isinstance(node.args[0], ast.Name) or node.args[0].id != "self" or program.keeps_modules:
        return False
    parent = program.tree.parent(node)
    return "setattr" in program.names(node.func) or (isinstance(parent, ast.Call) and parent.func is node)


def _looked_up(program: Program, node: ast.Call, bases: frozenset[str], wanted: ast.expr) -> Iterator[Hit]:
    for text in program.texts(wanted):
        if HOLE in text and not _is_of_self(program, node):
            yield Hit(node, "reflection" if bases & GUARDED else "dynamic-attribute")
        for part in text.split("."):
            yield from named(node, part)
            if part.lstrip("_") in REACHED:
                yield Hit(node, "reflection", part)
            elif part in _EVALUATING:
                yield Hit(node, "expression", part)
        for base in bases:
            rule = None if base.startswith("?") else rule_of(f"{base}.{text}")
            if rule is not None:
                yield Hit(node, rule, f"{base}.{text}".replace(HOLE, "…"))
