"""What the checks look at, and what they report."""

import ast
from functools import cached_property
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


class Mention(NamedTuple):
    """A name or an attribute with the dotted names that it may stand for, of which there is at least one."""

    node: ast.Name | ast.Attribute
    names: Values


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

    @cached_property
    def mentions(self) -> list[Mention]:
        """Every name and attribute that stands for something: most stand for nothing that a rule could be about."""
        return [Mention(node, names) for node in self.tree.of(ast.Name, ast.Attribute) if (names := self.names(node))]

    @cached_property
    def keeps_modules(self) -> bool:
        """Whether a module is part of a class, kept under another name or handed around."""
        imports = list(self.tree.of(ast.Import))
        if any(isinstance(self.tree.parent(each), ast.ClassDef) for each in imports):
            return True
        modules = {alias.asname or alias.name.partition(".")[0] for each in imports for alias in each.names}
        names = (each for each in self.tree.of(ast.Name) if each.id in modules)
        return any(not isinstance(self.tree.parent(each), ast.Attribute) for each in names)

    def texts(self, node: ast.AST | None) -> Values:
        """The texts that an expression may amount to; see `Meanings.texts`."""
        return self.meanings.texts(node)

    def called(self, function: ast.AST) -> frozenset[str]:
        """The last parts of what may be called: `read_csv`, whatever object it is of and however it was renamed."""
        names = {last_name(function)}
        names.update([name.rpartition(".")[2] for name in self.names(function)])
        if isinstance(function, ast.Name):
            bound = self.tree.bindings.get(function.id, [])[:_BINDINGS]
            names.update([each.attr for each in bound if isinstance(each, ast.Attribute)])
        return frozenset(names)
