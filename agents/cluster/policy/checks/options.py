"""What Ray is told: addresses, runtime environments, lifetimes, resources."""

import ast
import re
from collections.abc import Iterator

from agents.cluster.policy.checks.constants import number
from agents.cluster.policy.folding import HOLE
from agents.cluster.policy.places import urls_in
from agents.cluster.policy.program import Hit, Program, last_name

_LOCAL = re.compile(r"auto|local|(?:ray://)?(?:127\.0\.0\.1|localhost)(?::\d+)?")
_DENIED_ENVS = frozenset(
    {"container", "image_uri", "py_executable", "java_jars", "mpi", "nsight", "_nsight", "rocprof_sys"}
)
_HARMLESS_ENVS = frozenset({"excludes", "config"})
_CPUS = frozenset({"num_cpus", "CPU", "num_workers", "cpus_per_trial", "cpu"})
_GPUS = frozenset({"num_gpus", "GPU", "gpu", "gpus_per_trial"})
_MEMORY = frozenset({"memory", "object_store_memory", "_memory"})
_WITH_OPTIONS = frozenset({"ray.remote", "ray.init", "ray.runtime_env.RuntimeEnv", "ray.serve.deployment"})
_NAMED = frozenset({"ray.get_actor"})


def given(program: Program) -> Iterator[Hit]:
    """Every option that is given by a keyword, in a dictionary or by a subscript, and `ray.init`'s own arguments."""
    for call, functions in program.calls():
        if functions & {"ray.init", "?ray.init"}:
            yield from _initialised(program, call)
        called = program.called(call.func)
        if functions & _WITH_OPTIONS or called & {"options", "RuntimeEnv"}:
            yield from _splatted(program, call)
        if "RuntimeEnv" in called:
            for name, value in _keywords(program, call):
                yield from _environment_part(program, call, name, value)
        if functions & _NAMED and (len(call.args) > 1 or "namespace" in dict(_keywords(program, call))):
            yield Hit(call, "other-actors", "namespace")
    seen: set[str] = set()
    for node, name, value in _pairs(program):
        if name == "runtime_env":
            yield from _environment(program, value, seen)
        else:
            yield from _option(program, node, name, value)
    yield from _changed(program, seen)


def _pairs(program: Program) -> Iterator[tuple[ast.AST, str, ast.expr]]:
    for keyword in program.tree.of(ast.keyword):
        if keyword.arg is not None:
            yield keyword.value, keyword.arg, keyword.value
    for node in program.tree.of(ast.Dict):
        for key, value in zip(node.keys, node.values, strict=True):
            if isinstance(key, ast.Constant | ast.BinOp | ast.JoinedStr | ast.Name):
                yield from ((value, text, value) for text in program.texts(key))
    for assign in program.tree.of(ast.Assign):
        for target in assign.targets:
            if isinstance(target, ast.Subscript):
                yield from ((target, text, assign.value) for text in program.texts(target.slice))


def _option(program: Program, node: ast.AST, name: str, value: ast.expr) -> Iterator[Hit]:
    if name == "lifetime" and not _is_none(value):
        call = program.tree.parent(program.tree.parent(value) or value)
        matters = isinstance(call, ast.Call) and bool(program.called(call.func) & {"options", "remote"})
        if any(text == "detached" or (matters and HOLE in text) for text in program.texts(value)):
            yield Hit(node, "detached", name)
    elif name in _CPUS | _GPUS | _MEMORY:
        yield from _quota(program, node, name, value)


def _quota(program: Program, node: ast.AST, name: str, value: ast.expr) -> Iterator[Hit]:
    caps = program.allowances
    cap = caps.max_cpus if name in _CPUS else caps.max_gpus if name in _GPUS else caps.max_memory_bytes
    amounts = [number(value)] if isinstance(value, ast.BinOp) else [_amount(text) for text in program.texts(value)]
    if any(amount is not None and amount > cap for amount in amounts):
        yield Hit(node, "quota", name)


def _amount(text: str) -> float | None:
    try:
        return float(text)
    except ValueError:
        return None


def _initialised(program: Program, call: ast.Call) -> Iterator[Hit]:
    keywords = list(_keywords(program, call))
    addresses = [*call.args[:1], *(value for name, value in keywords if name == "address")]
    for address in addresses:
        if not _is_none(address) and not all(_LOCAL.fullmatch(text) for text in program.texts(address)):
            yield Hit(call, "other-cluster", "ray.init")
    for name, _ in keywords:
        if name.startswith("_"):
            yield Hit(call, "unlisted", f"ray.init({name}=…)")
        if name == "dashboard_host":
            yield Hit(call, "network", name)


def _keywords(program: Program, call: ast.Call) -> Iterator[tuple[str, ast.expr]]:
    """The keywords of a call, with those of a dictionary that is written out behind `**`."""
    for keyword in call.keywords:
        if keyword.arg is not None:
            yield keyword.arg, keyword.value
        elif isinstance(keyword.value, ast.Dict):
            for key, value in zip(keyword.value.keys, keyword.value.values, strict=True):
                yield from ((text, value) for text in program.texts(key))


def _splatted(program: Program, call: ast.Call) -> Iterator[Hit]:
    for keyword in call.keywords:
        if keyword.arg is None and not _is_written_out(program, keyword.value):
            yield Hit(call, "splat", f"**{last_name(keyword.value)}")


def _is_written_out(program: Program, value: ast.expr) -> bool:
    """Whether a dictionary stands there with its keys, which are looked at like all others."""
    keys = value.keys if isinstance(value, ast.Dict) else [None]
    return all(key is not None and not any(HOLE in text for text in program.texts(key)) for key in keys)


def _environment(program: Program, value: ast.expr, seen: set[str]) -> Iterator[Hit]:
    """A runtime_env, wherever its dictionary stands; a variable's, once."""
    if isinstance(value, ast.Name):
        if value.id not in seen:
            seen.add(value.id)
            yield from _variable(program, value, seen)
    elif isinstance(value, ast.Dict):
        for key, part in zip(value.keys, value.values, strict=True):
            for text in program.texts(key) if key is not None else {HOLE}:
                yield from _environment_part(program, value, text, part)
    elif isinstance(value, ast.Call) and "dict" in program.names(value.func):
        for keyword in value.keywords:
            yield from _environment_part(program, value, keyword.arg or HOLE, keyword.value)
    elif not _is_none(value) and "RuntimeEnv" not in program.called(getattr(value, "func", value)):
        yield Hit(value, "packages", "runtime_env")


def _variable(program: Program, name: ast.Name, seen: set[str]) -> Iterator[Hit]:
    found = program.tree.bindings.get(name.id, [])
    known = [each for each in found if isinstance(each, ast.expr)]
    for each in known:
        yield from _environment(program, each, seen)
    if not known or len(known) < len(found):
        yield Hit(name, "packages", "runtime_env")


def _changed(program: Program, environments: set[str]) -> Iterator[Hit]:
    """What is put into a runtime_env after it was made."""
    for assign in program.tree.of(ast.Assign):
        for target in assign.targets:
            if isinstance(target, ast.Subscript) and last_name(target.value) in environments:
                for text in program.texts(target.slice):
                    yield from _environment_part(program, target, text, assign.value)
    for call in program.tree.of(ast.Call):
        changed = isinstance(call.func, ast.Attribute) and call.func.attr in {"update", "setdefault"}
        if changed and last_name(getattr(call.func, "value", call)) in environments:
            yield Hit(call, "packages", "runtime_env")


def _environment_part(program: Program, node: ast.AST, name: str, value: ast.expr) -> Iterator[Hit]:
    if name in _DENIED_ENVS:
        yield Hit(node, "runtime-env", name)
    elif name == "env_vars":
        yield Hit(node, "worker-environment", name)
    elif name == "working_dir":
        if any(HOLE in text or urls_in(text) for text in program.texts(value)):
            yield Hit(node, "packages", name)
    elif name not in _HARMLESS_ENVS:
        yield Hit(node, "packages", name.replace(HOLE, "…"))


def _is_none(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and node.value is None
