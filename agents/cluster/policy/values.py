"""What an expression stands for: dotted names of modules' members, and texts, as far as the program says.

A value is a small set, since a name may be set in several places; where a part of a text is not known, a HOLE stands
in it. Containers count as all of their elements. Nothing here is executed.
"""

import ast
import re
from collections.abc import Callable, Iterable
from itertools import product

from agents.cluster.policy import folding
from agents.cluster.policy.folding import HOLE, UNKNOWN
from agents.cluster.policy.members import BUILTINS
from agents.cluster.policy.modules import REACHED
from agents.cluster.policy.tree import Tree

Values = frozenset[str]
_NOTHING: Values = frozenset()
_AT_MOST = 8
_LENGTH = 4096
_PASSES = 10
_DEPTH = 60
_GUESSED = 3
_STEPS = 60
_HOLES = re.compile(HOLE + "+")


class TooTangledError(Exception):
    """The program gives its names too many meanings, or is nested too deeply, to be followed."""


class Meanings:
    """The meanings of a program's expressions; raises TooTangledError when they take too long to find out.

    `steps` counts the expressions that were looked at; it is bounded by a multiple of the tree's size.
    """

    def __init__(self, tree: Tree) -> None:
        self.tree = tree
        self.steps = 0
        self._budget = _STEPS * tree.size + 1000
        self._names: dict[str, Values] = {}
        self._texts: dict[str, Values] = {each.arg: UNKNOWN for each in tree.of(ast.arg)}
        self._known_names: dict[ast.AST, Values] | None = None
        self._known_texts: dict[ast.AST, Values] | None = None
        self._settle()
        self._texts = {name: texts or UNKNOWN for name, texts in self._texts.items()}
        self._known_names, self._known_texts = {}, {}

    # --- names ---

    def names(self, node: ast.AST, depth: int = 0) -> Values:
        """The dotted names that an expression may stand for, `x.y()` for what a call of one gives.

        A name that begins with `?` is a guess: an attribute of something unknown that is called like a module.
        """
        if self._known_names is None:
            return self._name(node, depth)
        if node not in self._known_names:
            self._known_names[node] = self._name(node, depth)
        return self._known_names[node]

    def _name(self, node: ast.AST, depth: int) -> Values:
        self._step(depth)
        match node:
            case ast.Name(id=name):
                return self._of_name(name)
            case ast.Attribute(value=base, attr=attribute):
                return self._of_attribute(self.names(base, depth + 1), attribute)
            case ast.Call(func=function):
                return self._of_call(node, self.names(function, depth + 1))
            case ast.Subscript(value=base):
                return frozenset(f"{each}[]" for each in self.names(base, depth + 1) if not each.endswith("]"))
            case ast.NamedExpr(value=value) | ast.Await(value=value) | ast.Starred(value=value):
                return self.names(value, depth + 1)
            case ast.IfExp(body=one, orelse=other):
                return self.names(one, depth + 1) | self.names(other, depth + 1)
            case ast.BoolOp(values=values):
                return _NOTHING.union(*(self.names(each, depth + 1) for each in values))
        return _NOTHING

    def _of_name(self, name: str) -> Values:
        found = self._names.get(name, _NOTHING)
        if name in BUILTINS:
            found |= {name}
        if self.tree.stars and name not in self.tree.bindings:
            found |= {f"{module}.{name}" for module in self.tree.stars[:_AT_MOST]}
        return found

    def _of_attribute(self, bases: Values, attribute: str) -> Values:
        if bases:
            joined = frozenset(f"{each}.{attribute}" for each in bases if _may_go_on(each))
            reached = attribute.lstrip("_") in REACHED
            return joined | {f"?{attribute.lstrip('_')}"} if reached else joined
        found = {f"?{each.lstrip('?')}" for each in self._names.get(attribute, _NOTHING) - BUILTINS}
        if attribute.lstrip("_") in REACHED:
            found.add(f"?{attribute.lstrip('_')}")
        return frozenset(found)

    def _of_call(self, node: ast.Call, functions: Values) -> Values:
        if "getattr" in functions and len(node.args) > 1:
            return self._of_getattr(node)
        return frozenset(f"{each}()" for each in functions if "()" not in each and not each.startswith("?"))

    def _of_getattr(self, node: ast.Call) -> Values:
        wanted = [each for each in self.texts(node.args[1]) if HOLE not in each]
        bases = self.names(node.args[0])
        return _NOTHING.union(*(self._of_attribute(bases, each) for each in wanted))

    # --- texts ---

    def texts(self, node: ast.AST | None, depth: int = 0) -> Values:
        """The texts that an expression may amount to; empty for what is certainly no text."""
        if node is None:
            return _NOTHING
        if self._known_texts is None:
            return self._text(node, depth)
        if node not in self._known_texts:
            self._known_texts[node] = self._text(node, depth)
        return self._known_texts[node]

    def known(self, node: ast.AST | None) -> str | None:
        """The one text that an expression amounts to, if that is certain."""
        found = self.texts(node)
        return next(iter(found)) if len(found) == 1 and not any(HOLE in each for each in found) else None

    def _text(self, node: ast.AST, depth: int) -> Values:
        if depth > _DEPTH:
            return UNKNOWN
        self._step(0)
        match node:
            case ast.Constant(value=value):
                return folding.constant(value)
            case ast.Name(id=name):
                return self._texts.get(name, _NOTHING if name in self.tree.bindings else UNKNOWN)
            case ast.BinOp(op=ast.Add()):
                return self._sum(node, depth)
            case ast.BinOp(left=left, op=ast.Div() | ast.Mod() | ast.Mult() as operator, right=right):
                return self._combined(folding.OPERATORS[type(operator)], left, self._operands(right), depth)
            case ast.JoinedStr(values=values):
                return self._product(lambda *parts: "".join(parts), values, depth)
            case ast.FormattedValue(value=value, format_spec=form):
                return folding.formatted(self.texts(value, depth + 1), self.known(form))
            case ast.IfExp(body=one, orelse=other):
                return self._union([one, other], depth)
            case ast.BoolOp(values=values) | ast.List(elts=values) | ast.Tuple(elts=values) | ast.Set(elts=values):
                return self._union(values, depth)
            case ast.Dict(keys=keys, values=values):
                return self._union([each for each in (*keys, *values) if each is not None], depth)
            case ast.NamedExpr(value=value) | ast.Await(value=value) | ast.Starred(value=value):
                return self.texts(value, depth + 1)
            case ast.ListComp(elt=value) | ast.SetComp(elt=value) | ast.GeneratorExp(elt=value):
                return self.texts(value, depth + 1)
            case ast.Subscript(value=base, slice=index):
                return self._subscripted(base, index, depth)
            case ast.Attribute(value=base, attr=attribute):
                return self._attribute(node, base, attribute, depth)
            case ast.Call():
                return self._called(node, depth)
        return UNKNOWN

    def _operands(self, node: ast.expr) -> list[ast.expr]:
        return node.elts if isinstance(node, ast.Tuple) else [node]

    def _sum(self, node: ast.AST, depth: int) -> Values:
        """A chain of `+`, without recursion: it leans to the left."""
        parts: list[ast.expr] = []
        while isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
            parts.append(node.right)
            node = node.left
        first: list[ast.expr] = [node] if isinstance(node, ast.expr) else []
        return self._product(lambda *texts: "".join(texts), [*first, *reversed(parts)], depth)

    def _combined(self, operator: Callable[..., str], left: ast.AST, right: Iterable[ast.AST], depth: int) -> Values:
        return self._product(operator, [left, *right], depth)

    def _product(self, join: Callable[..., str], nodes: Iterable[ast.AST], depth: int) -> Values:
        """Every combination of the parts' texts; beyond a few combinations the rest is a hole."""
        parts = [sorted(self.texts(each, depth + 1))[:_AT_MOST] for each in nodes]
        many, combinations = False, 1
        for index, each in enumerate(parts):
            combinations *= max(1, len(each))
            if combinations > _AT_MOST:
                parts[index], combinations, many = [HOLE], combinations // len(each), True
        joined = {_HOLES.sub(HOLE, join(*texts)[:_LENGTH]) for texts in product(*parts)}
        return frozenset(joined | UNKNOWN if many else joined)

    def _union(self, nodes: Iterable[ast.AST], depth: int) -> Values:
        found: set[str] = set()
        for each in nodes:
            found |= self.texts(each, depth + 1)
            if len(found) > _AT_MOST:
                return frozenset(sorted(found)[:_AT_MOST]) | UNKNOWN
        return frozenset(found)

    def _subscripted(self, base: ast.expr, index: ast.expr, depth: int) -> Values:
        if "os.environ" in self.names(base):
            return self._variable([index], depth)
        texts = self.texts(base, depth + 1)
        return folding.sliced(texts, index) if isinstance(index, ast.Slice) else texts

    def _attribute(self, node: ast.AST, base: ast.expr, attribute: str, depth: int) -> Values:
        for name in self.names(node):
            if name in folding.SEPARATORS:
                return frozenset({folding.SEPARATORS[name]})
        if attribute in {"parent", "name", "stem", "suffix", "parents"}:
            return folding.part(self.texts(base, depth + 1), attribute)
        return self._texts.get(attribute, UNKNOWN)

    def _variable(self, arguments: list[ast.expr], depth: int) -> Values:
        """An environment variable's value, and what was given instead of it."""
        values = {folding.VARIABLES.get(name, HOLE) for name in self.texts(arguments[0], depth + 1)}
        return frozenset(values).union(*(self.texts(each, depth + 1) for each in arguments[1:2]))

    def _called(self, node: ast.Call, depth: int) -> Values:
        names = self.names(node.func)
        for name in names:
            if name in {"os.environ.get", "os.getenv"} and node.args:
                return self._variable(node.args, depth)
            if name in folding.CONSTANT_CALLS:
                return frozenset({folding.CONSTANT_CALLS[name]})
            if name in folding.FUNCTIONS:
                return self._product(folding.FUNCTIONS[name], node.args, depth)
            if name in folding.SAME:
                return self._union(node.args, depth)
        if isinstance(node.func, ast.Attribute):
            return self._method(node, node.func, depth)
        return UNKNOWN

    def _method(self, node: ast.Call, function: ast.Attribute, depth: int) -> Values:
        if function.attr == "join" and node.args and isinstance(node.args[0], ast.List | ast.Tuple):
            return self._product(folding.joined, [function.value, *node.args[0].elts], depth)
        if function.attr in folding.METHODS:
            return self._product(folding.METHODS[function.attr], [function.value, *node.args], depth)
        if function.attr in folding.SAME_METHODS:
            return self.texts(function.value, depth + 1)
        return UNKNOWN

    # --- the program's own names ---

    def _settle(self) -> None:
        """Find what the program's names stand for, until nothing changes; each pass looks at every binding once."""
        for number in range(_PASSES):
            looked = [self._look(name, values, final=number > 1) for name, values in self.tree.bindings.items()]
            if not any(looked):
                return
        raise TooTangledError

    def _look(self, name: str, values: list[ast.expr | str], *, final: bool) -> bool:
        """Whether a name means more than was known; of texts that still grow when it is `final`, the rest is a hole."""
        names = self._names.get(name, _NOTHING).union(*(self._named_by(value) for value in values))
        texts = known = self._texts.get(name, _NOTHING)
        if not (final and HOLE in known):
            texts = known.union(*(self.texts(value) for value in values if isinstance(value, ast.expr)))
        if len(texts) > _AT_MOST or (final and texts != known):
            texts = (known or frozenset(sorted(texts)[:_AT_MOST])) | UNKNOWN
        if len(names) > 2 * _AT_MOST:
            raise TooTangledError
        changed = names != self._names.get(name, _NOTHING) or texts != known
        self._names[name], self._texts[name] = names, texts
        return changed

    def _named_by(self, value: ast.expr | str) -> Values:
        return frozenset({value}) if isinstance(value, str) else self.names(value)

    def _step(self, depth: int) -> None:
        self.steps += 1
        if self.steps > self._budget or depth > 4 * _DEPTH:
            raise TooTangledError


def _may_go_on(name: str) -> bool:
    """Of what a call or a subscript gives, only the first attribute counts; `x = x.next` would never end."""
    after = name.replace("[]", "()").rpartition("()")
    return name.count(".") < (_GUESSED if name.startswith("?") else _AT_MOST) and (not after[1] or not after[2])
