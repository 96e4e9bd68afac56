"""Runtime environments: what Ray starts workers with, wherever their dictionaries stand."""

import ast
from collections.abc import Iterator

from agents.cluster.policy.checks.environment import set_variable
from agents.cluster.policy.folding import HOLE
from agents.cluster.policy.places import place_of, urls_in
from agents.cluster.policy.program import Hit, Program
from agents.cluster.policy.tree import last_name

_DENIED = frozenset({"container", "image_uri", "py_executable", "java_jars", "mpi", "nsight", "_nsight", "rocprof_sys"})
_HARMLESS = frozenset({"excludes", "config"})
_CHANGING = frozenset({"update", "setdefault", "set"})


def environments(program: Program, values: list[ast.expr]) -> Iterator[Hit]:
    """What the runtime environments that are `given` break, and what is put into them after they were made."""
    seen: set[str] = set()
    for value in values:
        yield from _environment(program, value, seen)
    for node, _, called in program.calls:
        if "RuntimeEnv" in called:
            for keyword in node.keywords:
                yield from _part(program, node, keyword.arg or HOLE, keyword.value)
    seen |= {name for name, bound in program.tree.bindings.items() if any(_is_made(program, each) for each in bound)}
    yield from _assigned(program, seen)
    yield from _changed(program, seen)


def _is_made(program: Program, value: ast.expr | str) -> bool:
    return isinstance(value, ast.Call) and "RuntimeEnv" in program.called(value.func)


def _environment(program: Program, value: ast.expr, seen: set[str]) -> Iterator[Hit]:
    """A runtime_env; a variable's, once."""
    match value:
        case ast.Name(id=name):
            if name not in seen:
                seen.add(name)
                yield from _variable(program, value, seen)
        case ast.Dict(keys=keys, values=values):
            for key, part in zip(keys, values, strict=True):
                yield from _parts(program, value, key, part)
        case ast.BinOp(op=ast.BitOr(), left=left, right=right):
            yield from _environment(program, left, seen)
            yield from _environment(program, right, seen)
        case ast.Constant(value=None):
            return
        case ast.Call(func=function) if "dict" in program.names(function) and not value.args:
            for keyword in value.keywords:
                yield from _part(program, value, keyword.arg or HOLE, keyword.value)
        case _ if not _is_made(program, value):
            yield Hit(value, "packages", "runtime_env")


def _variable(program: Program, name: ast.Name, seen: set[str]) -> Iterator[Hit]:
    found = program.tree.bindings.get(name.id, [])
    known = [each for each in found if isinstance(each, ast.expr)]
    for each in known:
        yield from _environment(program, each, seen)
    if not known or len(known) < len(found):
        yield Hit(name, "packages", "runtime_env")


def _assigned(program: Program, names: set[str]) -> Iterator[Hit]:
    for assign in program.tree.of(ast.Assign):
        for target in assign.targets:
            if isinstance(target, ast.Subscript) and last_name(target.value) in names:
                yield from _parts(program, target, target.slice, assign.value)


def _changed(program: Program, names: set[str]) -> Iterator[Hit]:
    """`env.update(…)`, `env.setdefault(…)`, and RuntimeEnv's `env.set(…)`."""
    for call in program.tree.of(ast.Call):
        method = call.func
        if (
            not isinstance(method, ast.Attribute)
            or method.attr not in _CHANGING
            or last_name(method.value) not in names
        ):
            continue
        match call.args:
            case [key, value] if not call.keywords:
                yield from _parts(program, call, key, value)
            case [ast.Dict() as given] if not call.keywords:
                yield from _environment(program, given, set())
            case _:
                yield Hit(call, "packages", "runtime_env")


def _parts(program: Program, node: ast.AST, key: ast.expr | None, value: ast.expr) -> Iterator[Hit]:
    for text in program.texts(key) if key is not None else {HOLE}:
        yield from _part(program, node, text, value)


def _part(program: Program, node: ast.AST, name: str, value: ast.expr) -> Iterator[Hit]:
    if name in _DENIED:
        yield Hit(node, "runtime-env", name)
    elif name == "env_vars":
        yield from _variables(program, node, value)
    elif name == "working_dir":
        yield from _directory(program, node, value)
    elif name not in _HARMLESS:
        yield Hit(node, "packages", name.replace(HOLE, "…"))


def _variables(program: Program, node: ast.AST, value: ast.expr) -> Iterator[Hit]:
    """Variables for the workers; of a dictionary that is not written out they may be any."""
    found = [value]
    if isinstance(value, ast.Name) and value.id not in program.tree.additions:
        found = [each for each in program.tree.bindings.get(value.id, []) if isinstance(each, ast.expr)]
    if not found or not all(isinstance(each, ast.Dict) for each in found):
        yield Hit(node, "worker-environment", "env_vars")
    for each in found:
        for key in each.keys if isinstance(each, ast.Dict) else ():
            yield from set_variable(program, node, key)


def _directory(program: Program, node: ast.AST, value: ast.expr) -> Iterator[Hit]:
    for text in program.texts(value):
        if HOLE in text or urls_in(text):
            yield Hit(node, "packages", "working_dir")
        elif place_of(text) == "outside":
            yield Hit(node, "outside-path", "working_dir")
