"""What the checks look at, and what they report."""

import ast
from typing import NamedTuple

from agents.cluster.policy.allowances import Allowances
from agents.cluster.policy.texts import Values
from agents.cluster.policy.tree import Tree, last_name
from agents.cluster.policy.values import Meanings

_BINDINGS = 8


class Hit(NamedTuple):
    """A node that breaks a rule; `name` is the module, member or option that a person is told, often empty."""

    node: ast.AST
    rule: str
    name: str = ""


class Call(NamedTuple):
    """A call with the dotted names that it may call, and their last parts: `read_csv`, of whatever object it is."""

    node: ast.Call
    functions: Values
    called: frozenset[str]


class Program:
    """A program under the rules; `calls` are all of its calls."""

    def __init__(self, tree: Tree, meanings: Meanings, allowances: Allowances) -> None:
        self.tree = tree
        self.meanings = meanings
        self.allowances = allowances
        self.calls = [Call(node, self.names(node.func), self.called(node.func)) for node in tree.of(ast.Call)]

    def names(self, node: ast.AST) -> Values:
        """The dotted names that an expression may stand for; see `Meanings.names`."""
        return self.meanings.names(node)

    def texts(self, node: ast.AST | None) -> Values:
        """The texts that an expression may amount to; see `Meanings.texts`."""
        return self.meanings.texts(node)

    def called(self, function: ast.AST) -> frozenset[str]:
        """The last parts of what may be called: `read_csv`, whatever object it is of and however it was renamed."""
        names = {last_name(function), *(name.rpartition(".")[2] for name in self.names(function))}
        if isinstance(function, ast.Name):
            bound = self.tree.bindings.get(function.id, [])[:_BINDINGS]
            names.update(each.attr for each in bound if isinstance(each, ast.Attribute))
        return frozenset(names)
