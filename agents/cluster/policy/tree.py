"""A program as its syntax tree: every node once, by its type, with its parent, and what its names are bound to."""

import ast
from collections import defaultdict
from collections.abc import Iterator
from itertools import chain
from typing import TypeVar, overload

_A = TypeVar("_A", bound=ast.AST)
_B = TypeVar("_B", bound=ast.AST)
_C = TypeVar("_C", bound=ast.AST)
_SKIPPED = frozenset(
    """arg asname attr conversion ctx id is_async kind kwd_attrs level module name op ops rest simple type_comment
    type_ignores""".split()  # noqa: SIM905
)
"""Fields that hold no nodes, or none that say more than their parent's type."""
_FIELDS: dict[type, tuple[str, ...]] = {
    each: tuple(field for field in each._fields if field not in _SKIPPED)
    for each in vars(ast).values()
    if isinstance(each, type) and issubclass(each, ast.AST)
} | {ast.Constant: (), ast.MatchSingleton: (), ast.Global: (), ast.Nonlocal: ()}
_ADDING = frozenset("append appendleft extend extendleft insert add update setdefault put".split())  # noqa: SIM905
_ITEMS = 64
"""Of a container's elements, as many are followed; the rest counts as unknown."""


class Tree:
    """The nodes of a program; `size` is how many there are.

    `bindings` are what names, and attributes, are set to anywhere in the program, whatever the scope: an expression,
    or the dotted name that an import gave them; `additions` what is put into the containers that they hold. `stars` are
    the modules of which everything was imported.
    """

    def __init__(self, module: ast.Module) -> None:
        self._nodes: dict[type, list[ast.AST]] = defaultdict(list)
        self.parents: dict[ast.AST, ast.AST] = {}
        self.stars: list[str] = []
        self.size = 0
        self.documentation: set[ast.AST] = set()
        self._add(module)
        for annotation in self._written_annotations():
            self._add(annotation)
        self.bindings: dict[str, list[ast.expr | str]] = {}
        bound: list[tuple[str, ast.expr | str]] = [*self._imported(), *self._assigned(), *self._taken()]
        for name, value in bound:
            self.bindings.setdefault(name, []).append(value)
        self.additions: dict[str, list[ast.expr]] = {}
        for name, value in self._added():
            self.additions.setdefault(name, []).append(value)

    @overload
    def of(self, kind: type[_A], /) -> Iterator[_A]: ...
    @overload
    def of(self, kind: type[_A], other: type[_B], /) -> Iterator[_A | _B]: ...
    @overload
    def of(self, kind: type[_A], other: type[_B], third: type[_C], /) -> Iterator[_A | _B | _C]: ...
    def of(self, *kinds: type[ast.AST]) -> Iterator[ast.AST]:
        """Every node of these types, as they stand in the program."""
        return chain.from_iterable(self._nodes.get(kind, ()) for kind in kinds)

    def parent(self, node: ast.AST) -> ast.AST | None:
        """What the node is a part of."""
        return self.parents.get(node)

    def _add(self, root: ast.AST) -> None:
        """Every node below `root`; without recursion, since a program may be deeper than Python's stack."""
        stack, nodes = [root], self._nodes
        while stack:
            node = stack.pop()
            kind = type(node)
            nodes[kind].append(node)
            fields = _FIELDS[kind]
            if not fields:
                continue
            children: list[ast.AST] = []
            for field in fields:
                value = getattr(node, field)
                if isinstance(value, list):
                    children += [each for each in value if each is not None]
                elif value is not None:
                    children.append(value)
            for child in children:
                self.parents[child] = node
            stack += reversed(children)
        self.size = len(self.parents)
        self.documentation = self._documentation()

    def _documentation(self) -> set[ast.AST]:
        """Texts that stand alone; none in a program that looks its own documentation up."""
        looked_up = (
            node.attr if isinstance(node, ast.Attribute) else node.id for node in self.of(ast.Attribute, ast.Name)
        )
        if "__doc__" in looked_up:
            return set()
        return {node.value for node in self.of(ast.Expr) if isinstance(node.value, ast.Constant)}

    def _written_annotations(self) -> list[ast.AST]:
        """Annotations, and parts of types, that are written as texts: libraries evaluate them."""
        holders = [node.annotation for node in self.of(ast.arg, ast.AnnAssign)]
        holders += [node.returns for node in self.of(ast.FunctionDef, ast.AsyncFunctionDef)]
        annotations = {*holders, *(node.slice for node in self.of(ast.Subscript))}
        texts = [node for node in self.of(ast.Constant) if isinstance(node.value, str) and "(" in node.value]
        return [tree for node in texts if self._annotates(node, annotations) and (tree := _expression(node))]

    def _annotates(self, node: ast.AST, annotations: set[ast.expr | None]) -> bool:
        for _ in range(_ITEMS):
            if node in annotations:
                return True
            parent = self.parents.get(node)
            if not isinstance(parent, ast.expr):
                return False
            node = parent
        return True

    def _imported(self) -> Iterator[tuple[str, str]]:
        for node in self.of(ast.Import):
            for each in node.names:
                first = each.name.partition(".")[0]
                yield (each.asname, each.name) if each.asname else (first, first)
        for taken in self.of(ast.ImportFrom):
            module = "." * taken.level + (taken.module or "")
            for each in taken.names:
                if each.name == "*":
                    self.stars.append(module)
                else:
                    yield each.asname or each.name, f"{module}.{each.name}"

    def _assigned(self) -> Iterator[tuple[str, ast.expr]]:
        for assign in self.of(ast.Assign):
            for target in assign.targets:
                yield from _pairs(target, assign.value)
        for node in self.of(ast.AnnAssign, ast.NamedExpr):
            if node.value is not None:
                yield from _pairs(node.target, node.value)
        yield from self._augmented()

    def _augmented(self) -> Iterator[tuple[str, ast.expr]]:
        """`x += 1` is `x = x + 1`, and as often as it stands there it says no more."""
        seen: set[tuple[str, type[ast.operator], type, object]] = set()
        for augmented in self.of(ast.AugAssign):
            target, value = augmented.target, augmented.value
            if isinstance(target, ast.Name) and isinstance(value, ast.Constant):
                said = (target.id, type(augmented.op), type(value.value), value.value)
                if said in seen:
                    continue
                seen.add(said)
            yield from _pairs(target, ast.BinOp(_loaded(target), augmented.op, value))

    def _added(self) -> Iterator[tuple[str, ast.expr]]:
        """What `x[key] = value`, `x.append(value)` and their like put into containers."""
        for assign in self.of(ast.Assign):
            for target in assign.targets:
                if isinstance(target, ast.Subscript):
                    yield last_name(target.value), assign.value
        for changed in self.of(ast.AugAssign):
            if isinstance(changed.target, ast.Subscript):
                yield last_name(changed.target.value), changed.value
        for call in self.of(ast.Call):
            if isinstance(call.func, ast.Attribute) and call.func.attr in _ADDING:
                for value in (*call.args, *(each.value for each in call.keywords)):
                    yield last_name(call.func.value), value

    def _taken(self) -> Iterator[tuple[str, ast.expr]]:
        """What loops, `with` and default values give to names."""
        for loop in self.of(ast.For, ast.AsyncFor, ast.comprehension):
            yield from _each(loop.target, loop.iter)
        for item in self.of(ast.withitem):
            if item.optional_vars is not None:
                yield from _pairs(item.optional_vars, item.context_expr)
        for handler in self.of(ast.ExceptHandler):
            if handler.name:
                yield handler.name, ast.Call(ast.Name("BaseException", ast.Load()), [], [])
        for arguments in self.of(ast.arguments):
            positional = [*arguments.posonlyargs, *arguments.args]
            defaults = zip(reversed(positional), reversed(arguments.defaults), strict=False)
            only = zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True)
            for argument, default in (*defaults, *only):
                if default is not None:
                    yield argument.arg, default


def last_name(expression: ast.AST) -> str:
    """`read_csv` of `anything().read_csv`, and of a bare `read_csv`."""
    if isinstance(expression, ast.Attribute):
        return expression.attr
    return expression.id if isinstance(expression, ast.Name) else ""


def _expression(node: ast.Constant) -> ast.AST | None:
    try:
        tree = ast.parse(str(node.value).strip(), mode="eval").body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None
    for each in ast.walk(tree):
        if hasattr(each, "lineno"):
            each.lineno = node.lineno
    return tree


def _loaded(target: ast.expr) -> ast.expr:
    return ast.Name(target.id, ast.Load()) if isinstance(target, ast.Name) else target


def _pairs(target: ast.expr, value: ast.expr) -> Iterator[tuple[str, ast.expr]]:
    """Names with what they are set to, tuples taken apart; an attribute counts by its name alone."""
    if isinstance(target, ast.Name):
        yield target.id, value
    elif isinstance(target, ast.Attribute):
        yield target.attr, value
    elif isinstance(target, ast.Starred):
        yield from _pairs(target.value, value)
    elif isinstance(target, ast.Tuple | ast.List):
        parts = value.elts if isinstance(value, ast.Tuple | ast.List) else []
        even = len(parts) == len(target.elts)
        for index, each in enumerate(target.elts):
            yield from _pairs(each, parts[index] if even else value)


def _each(target: ast.expr, values: ast.expr) -> Iterator[tuple[str, ast.expr]]:
    """A loop's names with each of the elements, as far as they are written down."""
    literal = isinstance(values, ast.Tuple | ast.List | ast.Set) and len(values.elts) <= _ITEMS
    for value in values.elts if literal and isinstance(values, ast.Tuple | ast.List | ast.Set) else [values]:
        yield from _pairs(target, value)
