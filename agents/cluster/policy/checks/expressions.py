"""Expressions in texts that pandas evaluates: `df.query` and `df.eval` with `@` reach whatever the program has."""

import ast
import re
import unicodedata
from collections.abc import Iterator

from agents.cluster.policy.folding import HOLE
from agents.cluster.policy.program import Hit, Program
from agents.cluster.policy.tree import last_name

_EVALUATING = frozenset({"query", "eval"})
_BY_NAME = frozenset({"apply", "agg", "aggregate", "transform", "pipe", "map_partitions", "methodcaller"})
_CALLS = frozenset(
    """contains startswith endswith match isin isna isnull notna notnull between abs lower upper len strip sum mean
        min max std median sin cos tan exp log log10 log1p sqrt round floor ceil astype fillna""".split()  # noqa: SIM905
)
_LOCAL = re.compile(r"@(?=[^\W\d])")
_QUOTED = re.compile(r"`[^`]*`")
_FORMULAS = frozenset({"statsmodels", "patsy", "linearmodels", "lifelines", "pingouin"})
_TERMS = frozenset(
    """C Q I bs cr cc te center standardize scale poly Treatment Sum Diff Helmert Poly np.log np.log10 np.log2
        np.log1p np.exp np.expm1 np.sqrt np.power np.abs np.square np.sin np.cos np.sign np.where np.maximum
        np.minimum""".split()  # noqa: SIM905
)
_PARSERS = frozenset({"sympy.sympify", "sympy.S", "sympy.parse_expr", "sympy.parsing.sympy_parser.parse_expr"})
_CALLED = re.compile(r"([A-Za-z_][\w.]*)\s*\(")
_DOTTED = re.compile(r"[A-Za-z_)\]]\w*\s*\.\s*[A-Za-z_]\w*\s*\(|__")
_TREES = frozenset({"scipy", "sklearn"})
"""Libraries whose `query` asks a tree of points."""


def evaluated(program: Program) -> Iterator[Hit]:
    """`query` and `eval` of whatever object, and their names given to functions that look methods up."""
    for node in program.tree.of(ast.Attribute):
        if node.attr in _EVALUATING and isinstance(node.ctx, ast.Load):
            yield from _used(program, node)
    for call in program.tree.of(ast.Call):
        if isinstance(call.func, ast.Attribute) and call.func.attr in _BY_NAME:
            for argument in (*call.args[:1], *(each.value for each in call.keywords if each.arg == "func")):
                if program.texts(argument) & _EVALUATING:
                    yield Hit(call, "expression", call.func.attr)
    yield from _formulas(program)


def _formulas(program: Program) -> Iterator[Hit]:
    """Formulas of statsmodels and patsy, and texts for sympy: both are evaluated with what the program has."""
    for call, functions, called in program.calls:
        roots = {name.lstrip("?").partition(".")[0] for name in functions}
        if roots & _FORMULAS or "from_formula" in called:
            unusual = any(_is_unusual_formula(text) for text in _given(program, call))
        else:
            unusual = "sympy" in roots and any(_DOTTED.search(text) for text in _given(program, call))
        if unusual:
            yield Hit(call, "dynamic-code", last_name(call.func))
        elif functions & _PARSERS and any(HOLE in text for text in program.texts(call.args[0] if call.args else None)):
            yield Hit(call, "expression", last_name(call.func))


def _given(program: Program, call: ast.Call) -> Iterator[str]:
    for argument in (*call.args[:3], *(each.value for each in call.keywords)):
        yield from program.texts(argument)


def _is_unusual_formula(text: str) -> bool:
    return "~" in text and any(name not in _TERMS for name in _CALLED.findall(text))


def _used(program: Program, node: ast.Attribute) -> Iterator[Hit]:
    parent = program.tree.parent(node)
    if not isinstance(parent, ast.Call) or parent.func is not node:
        if not isinstance(parent, ast.Attribute) or parent.attr == "__call__":
            yield Hit(node, "expression", node.attr)
        return
    expressions = [*parent.args[:1], *(each.value for each in parent.keywords if each.arg in {"expr", None})]
    if not expressions or _asks_points(program, node):
        return
    for text in program.texts(expressions[0]):
        rule = _judged(text)
        if rule is not None:
            yield Hit(parent, rule, node.attr)


def _asks_points(program: Program, node: ast.Attribute) -> bool:
    return any(name.lstrip("?").partition(".")[0] in _TREES for name in program.names(node.value))


def _judged(text: str) -> str | None:
    """The rule that an expression breaks: it may compare and calculate, and call what pandas' own examples call."""
    plain = _LOCAL.sub("", _QUOTED.sub("column", unicodedata.normalize("NFKC", text)))
    if HOLE in plain:
        return "expression"
    try:
        tree = ast.parse(plain.strip())
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return "expression"
    nodes = list(ast.walk(tree))
    if any(isinstance(each, ast.Attribute) and each.attr.startswith("_") for each in nodes):
        return "dynamic-code"
    called = [each.func for each in nodes if isinstance(each, ast.Call)]
    harmless = all(getattr(each, "attr", getattr(each, "id", "")) in _CALLS for each in called)
    return None if harmless and not _reaches(text) else "dynamic-code"


def _reaches(text: str) -> bool:
    """Whether something of the program's own is more than a value: `@os.system`, `@f(x)`."""
    return bool(re.search(r"@\s*\w+\s*[.(\[]", text))
