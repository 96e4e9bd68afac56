"""Data that is code: pickles in other clothes, and code that is given as a text."""

import ast
from collections.abc import Callable, Iterator

from agents.cluster.policy.folding import HOLE
from agents.cluster.policy.program import Hit, Program
from agents.cluster.policy.tree import last_name

_SAFE_LOADERS = frozenset({"yaml.SafeLoader", "yaml.CSafeLoader", "yaml.BaseLoader"})
_FALSE_ONLY = {
    "allow_pickle": "unpickling",
    "trust_remote_code": "dynamic-code",
    "shell": "process",
    "eval_str": "dynamic-code",
}
_BEFORE_ALLOW_PICKLE = 2
"""Of numpy.load's positional arguments."""
_TO_SERVICES = frozenset(
    "write_bigquery write_clickhouse write_iceberg write_kafka write_mongo write_snowflake write_sql".split()  # noqa: SIM905
)
"""What Ray Data writes to over the network, whatever it is told."""
_CONFIGURED = frozenset({"yaml.load", "yaml.load_all", "torch.load"})
_TIMED = frozenset({"timeit.timeit", "timeit.repeat", "timeit.Timer"})
_TIMED_ARGUMENTS = frozenset({"stmt", "setup"})


def loaded(program: Program) -> Iterator[Hit]:
    """Loaders that unpickle unless they are told not to, and `timeit` with code in a text."""
    for call, functions, called in program.calls:
        for keyword in call.keywords:
            rule = _FALSE_ONLY.get(keyword.arg or "")
            if rule is not None and not _is(keyword.value, value=False):
                yield Hit(call, rule, f"{keyword.arg}=…")
        for function in functions & _LOADERS.keys():
            yield from _LOADERS[function](program, call)
        if called & _TO_SERVICES:
            yield Hit(call, "network-write", last_name(call.func))
        if functions & _TIMED:
            yield from _timed(program, call)
        if called & {"extractall", "extract"} and not _filtered(program, call):
            yield Hit(call, "outside-path", last_name(call.func))
    yield from _handed_around(program)


def _yaml(program: Program, call: ast.Call) -> Iterator[Hit]:
    loaders = [*call.args[1:2], *(each.value for each in call.keywords if each.arg == "Loader")]
    if not loaders or not all(program.names(each) and program.names(each) <= _SAFE_LOADERS for each in loaders):
        yield Hit(call, "unpickling", "yaml.load without SafeLoader")


def _torch(_program: Program, call: ast.Call) -> Iterator[Hit]:
    if not any(each.arg == "weights_only" and _is(each.value, value=True) for each in call.keywords):
        yield Hit(call, "unpickling", "torch.load without weights_only=True")


def _numpy(_program: Program, call: ast.Call) -> Iterator[Hit]:
    if any(each.arg is None for each in call.keywords) or len(call.args) > _BEFORE_ALLOW_PICKLE:
        yield Hit(call, "unpickling", "numpy.load")


_LOADERS: dict[str, Callable[[Program, ast.Call], Iterator[Hit]]] = {
    "yaml.load": _yaml,
    "yaml.load_all": _yaml,
    "torch.load": _torch,
    "numpy.load": _numpy,
}


def _handed_around(program: Program) -> Iterator[Hit]:
    """`map(torch.load, …)`: a loader whose arguments cannot be seen."""
    for node, names in program.mentions:
        for name in names & _CONFIGURED:
            parent = program.tree.parent(node)
            called = isinstance(parent, ast.Call) and parent.func is node
            if not called and not isinstance(parent, ast.Attribute | ast.Assign):
                yield Hit(node, "unpickling", name)


def _timed(program: Program, call: ast.Call) -> Iterator[Hit]:
    given = [*call.args[:2], *(each.value for each in call.keywords if each.arg in _TIMED_ARGUMENTS)]
    for argument in given:
        known = isinstance(argument, ast.Constant | ast.JoinedStr | ast.BinOp)
        if known or any(HOLE not in text for text in program.texts(argument)):
            yield Hit(call, "dynamic-code", "timeit with code in a text")


def _filtered(program: Program, call: ast.Call) -> bool:
    """Archives may name files outside the directory that they are unpacked to, unless tarfile's filter is on."""
    if last_name(call.func) == "extract" and not program.names(call.func):
        return True  # of a pandas column, among others
    return any(each.arg == "filter" and program.texts(each.value) == {"data"} for each in call.keywords)


def _is(node: ast.expr, *, value: bool) -> bool:
    return isinstance(node, ast.Constant) and node.value is value
