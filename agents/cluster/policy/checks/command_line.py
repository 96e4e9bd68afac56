"""The command line: a job has none, so what a program would take from it is what it says by default."""

import ast

from agents.cluster.policy.program import Program
from agents.cluster.policy.tree import last_name

_PARSING = frozenset({"parse_args", "parse_known_args"})
_CHANGING = frozenset({"set_defaults", "setattr", "vars", "__setattr__"})
_NAMING = frozenset({"dest", "argument_default", "parents", "fromfile_prefix_chars", "conflict_handler"})
"""With these, or with `sys.argv`, an argument may be something else than the default that `add_argument` gives it."""


def without_arguments(program: Program, value: ast.expr) -> ast.expr:
    """The default of `parser.parse_args().address`, None where it has none; any other expression itself."""
    if not isinstance(value, ast.Attribute) or not isinstance(value.value, ast.Name) or _may_change(program, value):
        return value
    made = program.tree.bindings.get(value.value.id, [])
    added = [call.node for call in program.calls if "add_argument" in call.called and _adds(program, call.node, value)]
    if len(added) != 1 or not made or not all(map(_parses_nothing, made)):
        return value
    return next((each.value for each in added[0].keywords if each.arg == "default"), ast.Constant(None))


def _adds(program: Program, call: ast.Call, argument: ast.Attribute) -> bool:
    options = {text.lstrip("-").replace("-", "_") for each in call.args for text in program.texts(each)}
    return argument.attr in options


def _may_change(program: Program, argument: ast.Attribute) -> bool:
    return (
        not program.tree.bindings.keys().isdisjoint({argument.attr, "argv", "add_argument", *_PARSING})
        or any(call.called & _CHANGING for call in program.calls)
        or any(node.attr in {"__dict__", "argv"} for node in program.tree.of(ast.Attribute))
        or any(node.arg in _NAMING for node in program.tree.of(ast.keyword))
        or any(node.name in _PARSING for node in program.tree.of(ast.FunctionDef))
    )


def _parses_nothing(value: ast.expr | str) -> bool:
    """Whether an expression is `parser.parse_args()`, without a list or a namespace of its own."""
    if not isinstance(value, ast.Call) or value.args or value.keywords:
        return False
    return last_name(value.func) in _PARSING
