"""What the checks look at, and what they report."""

import ast
from collections.abc import Iterator
from typing import NamedTuple

from agents.cluster.policy.allowances import Allowances
from agents.cluster.policy.texts import Values
from agents.cluster.policy.tree import Tree
from agents.cluster.policy.values import Meanings

_BINDINGS = 8


class Hit(NamedTuple):
    """A node that breaks a rule; `name` is the module, member or option that a person is told, often empty."""

    node: ast.AST
    rule: str
    name: str = ""


class Program(NamedTuple):
    """A program under the rules."""

    tree: Tree
    meanings: Meanings
    allowances: Allowances

    def names(self, node: ast.AST) -> Values:
        """The dotted names that an expression may stand for; see `Meanings.names`."""
        return self.meanings.names(node)

    def texts(self, node: ast.AST | None) -> Values:
        """The texts that an expression may amount to; see `Meanings.texts`."""
        return self.meanings.texts(node)

    def calls(self) -> Iterator[tuple[ast.Call, Values]]:
        """Every call, with what it may call."""
        return ((node, self.names(node.func)) for node in self.tree.of(ast.Call))

    def called(self, function: ast.AST) -> frozenset[str]:
        """The last parts of what may be called: `read_csv`, whatever object it is of and however it was renamed."""
        names = {last_name(function), *(name.rpartition(".")[2] for name in self.names(function))}
        if isinstance(function, ast.Name):
            bound = self.tree.bindings.get(function.id, [])[:_BINDINGS]
            names.update(each.attr for each in bound if isinstance(each, ast.Attribute))
        return frozenset(names)


def last_name(function: ast.AST) -> str:
    """`read_csv` of `anything().read_csv`, and of a bare `read_csv`."""
    if isinstance(function, ast.Attribute):
        return function.attr
    return function.id if isinstance(function, ast.Name) else ""
