"""`import x`, `from x import y`, `from x import *`."""

import ast
from collections.abc import Iterator

from agents.cluster.policy.members import METHODS, REACH, rule_of
from agents.cluster.policy.modules import GUARDED, LIBRARIES, REACHED, STANDARD
from agents.cluster.policy.program import Hit, Program


def imported(program: Program) -> Iterator[Hit]:
    """Modules that are forbidden, unknown or reach the network, and modules taken out of other modules."""
    for node in program.tree.of(ast.Import):
        for each in node.names:
            yield from _module(node, each.name)
    for taken in program.tree.of(ast.ImportFrom):
        yield from _taken(taken)


def _module(node: ast.AST, name: str) -> Iterator[Hit]:
    rule = rule_of(name)
    if rule is not None:
        yield Hit(node, rule, name)
    elif name.partition(".")[0] not in STANDARD | LIBRARIES:
        yield Hit(node, "unknown-import", name)


def _taken(node: ast.ImportFrom) -> Iterator[Hit]:
    if node.level or node.module is None:
        yield Hit(node, "unknown-import", "." * node.level + (node.module or ""))
        return
    for each in node.names:
        if each.name == "*":
            yield from _module(node, node.module)
            if node.module in GUARDED:
                yield Hit(node, "reflection", f"from {node.module} import *")
        else:
            yield from _module(node, f"{node.module}.{each.name}")
            if each.name in METHODS and rule_of(f"{node.module}.{each.name}") is None:
                yield Hit(node, METHODS[each.name], f"{node.module}.{each.name}")
            if each.name in REACH or each.name.lstrip("_") in REACHED:
                yield Hit(node, "reflection", f"{node.module}.{each.name}")
