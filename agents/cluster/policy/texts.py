"""The texts that an expression may amount to.

Where a part of a text is not known, a HOLE stands in it. Containers count as all of their elements.
"""

import ast
import re
from collections.abc import Callable, Iterable
from itertools import product
from typing import Any, ClassVar

from agents.cluster.policy import folding
from agents.cluster.policy.folding import HOLE, UNKNOWN
from agents.cluster.policy.sequences import sequence, spread
from agents.cluster.policy.tree import Tree

Values = frozenset[str]
NOTHING: Values = frozenset()
AT_MOST = 8
"""A value of more possibilities counts as unknown beyond them."""
_LENGTH = 4096
_DEPTH = 60
_HOLES = re.compile(HOLE + "+")
_ABOVE = frozenset({".."})
_CONTAINERS = (ast.List, ast.Tuple, ast.Set, ast.Dict, ast.ListComp, ast.DictComp, ast.SetComp)


class Texts:
    """The texts of a program's expressions.

    `names` gives the dotted names that an expression may stand for, `step` is called for each that is looked at.
    `of_names` is what the program's own names may hold; whoever fills it calls `settle` at the end.
    """

    def __init__(self, tree: Tree, names: Callable[[ast.AST], Values], step: Callable[[], None]) -> None:
        self.tree = tree
        self.names = names
        self.step = step
        self.of_names: dict[str, Values] = {each.arg: UNKNOWN for each in tree.of(ast.arg)}
        self._known: dict[ast.AST, Values] | None = None

    def settle(self) -> None:
        """Take what names hold for final; from here on each expression is looked at once."""
        self.of_names = {name: texts or UNKNOWN for name, texts in self.of_names.items()}
        self._known = {}

    def forget(self) -> None:
        """Let go of the program and of whoever uses this; afterwards nothing can be asked."""
        del self.names, self.step, self.tree
        self._known = None

    def of(self, node: ast.AST, depth: int = 0) -> Values:
        """The texts that an expression may amount to; a HOLE alone for one of which nothing is known."""
        if self._known is None:
            return self._of(node, depth)
        found = self._known.get(node)
        if found is None:
            found = self._known[node] = self._of(node, depth)
        return found

    def _of(self, node: ast.AST, depth: int) -> Values:
        if depth > _DEPTH:
            return UNKNOWN
        self.step()
        way = self._WAYS.get(type(node))
        return way(self, node, depth) if way else UNKNOWN

    def _constant(self, node: ast.Constant, _depth: int) -> Values:
        return folding.constant(node.value)

    def _name(self, node: ast.Name, _depth: int) -> Values:
        return self.of_names.get(node.id, NOTHING if node.id in self.tree.bindings else UNKNOWN)

    def _value(self, node: ast.NamedExpr | ast.Await | ast.Starred, depth: int) -> Values:
        return self.of(node.value, depth + 1)

    def _element(self, node: ast.ListComp | ast.SetComp | ast.GeneratorExp, depth: int) -> Values:
        return self.of(node.elt, depth + 1)

    def _elements(self, node: ast.List | ast.Tuple | ast.Set, depth: int) -> Values:
        return self._union(node.elts, depth)

    def _either(self, node: ast.IfExp, depth: int) -> Values:
        return self._union([node.body, node.orelse], depth)

    def _any_of(self, node: ast.BoolOp, depth: int) -> Values:
        return self._union(node.values, depth)

    def _dictionary(self, node: ast.Dict, depth: int) -> Values:
        return self._union([each for each in (*node.keys, *node.values) if each is not None], depth)

    def _written(self, node: ast.JoinedStr, depth: int) -> Values:
        return self._product(folding.concatenated, node.values, depth)

    def _operation(self, node: ast.BinOp, depth: int) -> Values:
        if isinstance(node.op, ast.Add):
            return self._sum(node, depth)
        join = folding.OPERATORS.get(type(node.op))
        return self._product(join, [node.left, *_operands(node)], depth) if join else UNKNOWN

    def _sum(self, node: ast.AST, depth: int) -> Values:
        """A chain of `+`, without recursion: it leans to the left."""
        parts: list[ast.AST] = []
        while isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
            parts.append(node.right)
            node = node.left
        return self._product(folding.concatenated, [node, *reversed(parts)], depth)

    def _product(self, join: Callable[..., str], nodes: Iterable[ast.AST], depth: int) -> Values:
        """Every combination of the parts' texts; beyond a few combinations the rest is a hole."""
        parts = [sorted(self.of(each, depth + 1))[:AT_MOST] for each in nodes]
        many, combinations = False, 1
        for index, each in enumerate(parts):
            if combinations * len(each) > AT_MOST:
                parts[index], many = [HOLE], True
            else:
                combinations *= max(1, len(each))
        joined = {_HOLES.sub(HOLE, join(*texts)[:_LENGTH]) for texts in product(*parts)}
        return frozenset(joined | UNKNOWN if many else joined)

    def _union(self, nodes: Iterable[ast.AST], depth: int) -> Values:
        found: set[str] = set()
        for each in nodes:
            found |= self.of(each, depth + 1)
            if len(found) > AT_MOST:
                return frozenset(sorted(found)[:AT_MOST]) | UNKNOWN
        return frozenset(found)

    def _formatted(self, node: ast.FormattedValue, depth: int) -> Values:
        if node.conversion == ord("r"):
            return UNKNOWN
        texts = self.of(node.value, depth + 1)
        forms = self.of(node.format_spec, depth + 1) if node.format_spec is not None else frozenset({""})
        return folding.formatted(texts, next(iter(forms)) if len(forms) == 1 else HOLE)

    def _subscripted(self, node: ast.Subscript, depth: int) -> Values:
        if "os.environ" in self.names(node.value):
            return self._variable([node.slice], depth)
        texts = self.of(node.value, depth + 1)
        if isinstance(node.slice, ast.Slice):
            return folding.sliced(texts, node.slice)
        return texts if self._is_container(node.value) else texts | UNKNOWN

    def _is_container(self, node: ast.expr) -> bool:
        """Whether a subscript gives an element, and not a character."""
        bound = self.tree.bindings.get(node.id, []) if isinstance(node, ast.Name) else [node]
        return any(isinstance(each, _CONTAINERS) for each in bound[:AT_MOST])

    def _attribute(self, node: ast.Attribute, depth: int) -> Values:
        for name in self.names(node):
            if name in folding.SEPARATORS:
                return frozenset({folding.SEPARATORS[name]})
        if node.attr == "parents":
            return _ABOVE
        if node.attr == "parent":
            return frozenset(map(folding.parent, self.of(node.value, depth + 1)))
        return self.of_names.get(node.attr, NOTHING) | UNKNOWN

    def _variable(self, arguments: list[ast.expr], depth: int) -> Values:
        """An environment variable's value, and what was given instead of it."""
        values = {folding.VARIABLES.get(name, HOLE) for name in self.of(arguments[0], depth + 1)}
        return frozenset(values).union(*(self.of(each, depth + 1) for each in arguments[1:2]))

    def _called(self, node: ast.Call, depth: int) -> Values:
        """What a call gives; of a name that may be several functions, what each of them gives."""
        names = self.names(node.func)
        if not names:
            return self._method(node, node.func, depth) if isinstance(node.func, ast.Attribute) else UNKNOWN
        known = [(self._unbound if name.startswith("str.") else self._function)(name, node, depth) for name in names]
        found = NOTHING.union(*(each for each in known if each is not None))
        if known and None not in known:
            return found if len(found) <= AT_MOST else UNKNOWN
        rest = self._method(node, node.func, depth) if isinstance(node.func, ast.Attribute) else UNKNOWN
        return found | rest

    def _unbound(self, name: str, node: ast.Call, depth: int) -> Values | None:
        """`str.join("/", parts)`."""
        method = name.removeprefix("str.")
        return self._method(node, ast.Attribute(node.args[0], method), depth, first=1) if node.args else None

    def _function(self, name: str, node: ast.Call, depth: int) -> Values | None:
        if name in {"os.environ.get", "os.getenv"} and node.args:
            return self._variable(node.args, depth)
        if name in folding.CONSTANT_CALLS:
            return frozenset({folding.CONSTANT_CALLS[name]})
        if name in folding.FUNCTIONS and not node.keywords:
            return self._product(folding.FUNCTIONS[name], node.args, depth)
        if name in folding.OF_CODES:
            return folding.from_codes(node)
        if name in folding.SAME:
            return self._union(node.args, depth) if len(node.args) == 1 or name not in folding.DECODING else UNKNOWN
        return None

    def _method(self, node: ast.Call, function: ast.Attribute, depth: int, first: int = 0) -> Values:
        arguments = node.args[first:]
        if function.attr == "join" and arguments and (parts := sequence(self.tree, arguments[0])):
            return self._product(folding.joined, [function.value, *parts], depth)
        if node.keywords:
            return UNKNOWN
        if function.attr in folding.METHODS:
            return self._product(folding.METHODS[function.attr], [function.value, *spread(self.tree, arguments)], depth)
        if function.attr in folding.PIECES:
            return folding.pieces(self.of(function.value, depth + 1), [self.of(each, depth + 1) for each in arguments])
        if function.attr in folding.SAME_METHODS:
            return self.of(function.value, depth + 1)
        return UNKNOWN

    _WAYS: ClassVar[dict[type[ast.AST], Callable[["Texts", Any, int], Values]]] = {
        ast.Constant: _constant,
        ast.Name: _name,
        ast.BinOp: _operation,
        ast.JoinedStr: _written,
        ast.FormattedValue: _formatted,
        ast.IfExp: _either,
        ast.BoolOp: _any_of,
        ast.List: _elements,
        ast.Tuple: _elements,
        ast.Set: _elements,
        ast.Dict: _dictionary,
        ast.NamedExpr: _value,
        ast.Await: _value,
        ast.Starred: _value,
        ast.ListComp: _element,
        ast.SetComp: _element,
        ast.GeneratorExp: _element,
        ast.Subscript: _subscripted,
        ast.Attribute: _attribute,
        ast.Call: _called,
    }
    """How the texts of each type of node are found, each given a node of its own type."""


def _operands(node: ast.BinOp) -> list[ast.expr]:
    """What stands to the right; the elements of a tuple for `%`."""
    return node.right.elts if isinstance(node.op, ast.Mod) and isinstance(node.right, ast.Tuple) else [node.right]
