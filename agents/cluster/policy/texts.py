"""The texts that an expression may amount to.

Where a part of a text is not known, a HOLE stands in it. Containers count as all of their elements.
"""

import ast
import re
from collections.abc import Callable, Iterable
from itertools import product

from agents.cluster.policy import folding
from agents.cluster.policy.folding import HOLE, UNKNOWN
from agents.cluster.policy.tree import Tree

Values = frozenset[str]
NOTHING: Values = frozenset()
AT_MOST = 8
"""A value of more possibilities counts as unknown beyond them."""
_LENGTH = 4096
_DEPTH = 60
_HOLES = re.compile(HOLE + "+")
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

    def of(self, node: ast.AST, depth: int = 0) -> Values:
        """The texts that an expression may amount to; a HOLE alone for one of which nothing is known."""
        if self._known is None:
            return self._of(node, depth)
        if node not in self._known:
            self._known[node] = self._of(node, depth)
        return self._known[node]

    def _of(self, node: ast.AST, depth: int) -> Values:
        if depth > _DEPTH:
            return UNKNOWN
        self.step()
        match node:
            case ast.Constant(value=value):
                return folding.constant(value)
            case ast.Name(id=name):
                return self.of_names.get(name, NOTHING if name in self.tree.bindings else UNKNOWN)
            case ast.BinOp(op=ast.Add()):
                return self._sum(node, depth)
            case ast.BinOp(left=left, op=ast.Div() | ast.Mod() | ast.Mult() as operator, right=right):
                return self._product(folding.OPERATORS[type(operator)], [left, *_operands(operator, right)], depth)
            case ast.JoinedStr(values=values):
                return self._product(folding.concatenated, values, depth)
            case ast.FormattedValue(value=value, conversion=conversion, format_spec=form):
                return UNKNOWN if conversion == ord("r") else self._formatted(value, form, depth)
            case ast.IfExp(body=one, orelse=other):
                return self._union([one, other], depth)
            case ast.BoolOp(values=values) | ast.List(elts=values) | ast.Tuple(elts=values) | ast.Set(elts=values):
                return self._union(values, depth)
            case ast.Dict(keys=keys, values=values):
                return self._union([each for each in (*keys, *values) if each is not None], depth)
            case ast.NamedExpr(value=value) | ast.Await(value=value) | ast.Starred(value=value):
                return self.of(value, depth + 1)
            case ast.ListComp(elt=value) | ast.SetComp(elt=value) | ast.GeneratorExp(elt=value):
                return self.of(value, depth + 1)
            case ast.Subscript(value=base, slice=index):
                return self._subscripted(base, index, depth)
            case ast.Attribute(value=base, attr=attribute):
                return self._attribute(node, base, attribute, depth)
            case ast.Call():
                return self._called(node, depth)
        return UNKNOWN

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

    def _formatted(self, value: ast.expr, form: ast.expr | None, depth: int) -> Values:
        texts = self.of(value, depth + 1)
        forms = self.of(form, depth + 1) if form is not None else frozenset({""})
        return folding.formatted(texts, next(iter(forms)) if len(forms) == 1 else HOLE)

    def _subscripted(self, base: ast.expr, index: ast.expr, depth: int) -> Values:
        if "os.environ" in self.names(base):
            return self._variable([index], depth)
        texts = self.of(base, depth + 1)
        if isinstance(index, ast.Slice):
            return folding.sliced(texts, index)
        return texts if self._is_container(base) else texts | UNKNOWN

    def _is_container(self, node: ast.expr) -> bool:
        """Whether a subscript gives an element, and not a character."""
        bound = self.tree.bindings.get(node.id, []) if isinstance(node, ast.Name) else [node]
        return any(isinstance(each, _CONTAINERS) for each in bound[:AT_MOST])

    def _attribute(self, node: ast.AST, base: ast.expr, attribute: str, depth: int) -> Values:
        for name in self.names(node):
            if name in folding.SEPARATORS:
                return frozenset({folding.SEPARATORS[name]})
        if attribute == "parent":
            return frozenset(map(folding.parent, self.of(base, depth + 1)))
        return self.of_names.get(attribute, NOTHING) | UNKNOWN

    def _variable(self, arguments: list[ast.expr], depth: int) -> Values:
        """An environment variable's value, and what was given instead of it."""
        values = {folding.VARIABLES.get(name, HOLE) for name in self.of(arguments[0], depth + 1)}
        return frozenset(values).union(*(self.of(each, depth + 1) for each in arguments[1:2]))

    def _called(self, node: ast.Call, depth: int) -> Values:
        """What a call gives; of a name that may be several functions, what each of them gives."""
        names = self.names(node.func)
        known = [self._function(name, node, depth) for name in names]
        found = NOTHING.union(*(each for each in known if each is not None))
        if known and None not in known:
            return found if len(found) <= AT_MOST else UNKNOWN
        rest = self._method(node, node.func, depth) if isinstance(node.func, ast.Attribute) else UNKNOWN
        return found | rest

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

    def _method(self, node: ast.Call, function: ast.Attribute, depth: int) -> Values:
        if function.attr == "join" and node.args and isinstance(node.args[0], ast.List | ast.Tuple):
            return self._product(folding.joined, [function.value, *node.args[0].elts], depth)
        if node.keywords:
            return UNKNOWN
        if function.attr in folding.METHODS:
            return self._product(folding.METHODS[function.attr], [function.value, *node.args], depth)
        if function.attr in folding.PIECES:
            return folding.pieces(self.of(function.value, depth + 1), [self.of(each, depth + 1) for each in node.args])
        if function.attr in folding.SAME_METHODS:
            return self.of(function.value, depth + 1)
        return UNKNOWN


def _operands(operator: ast.operator, right: ast.expr) -> list[ast.expr]:
    return right.elts if isinstance(operator, ast.Mod) and isinstance(right, ast.Tuple) else [right]
