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
_OWN_NAMESPACE = frozenset({"ray.get_actor", "ray.kill"})


def given(program: Program) -> Iterator[Hit]:
    """Every option that is given by a keyword, in a dictionary or by a subscript, and `ray.init`'s own arguments."""
    for call, functions in program.calls():
        if functions & {"ray.init", "?ray.init"}:
            yield from _initialised(program, call)
        if functions & _WITH_OPTIONS or last_name(call.func) in {"options", "RuntimeEnv"}:
            yield from _splatted(program, call)
        if last_name(call.func) == "RuntimeEnv":
            for keyword in call.keywords:
                yield from _environment_part(program, call, keyword.arg or HOLE, keyword.value)
        if functions & _OWN_NAMESPACE:
            yield from (Hit(call, "other-actors", each.arg) for each in call.keywords if each.arg == "namespace")
    for node, name, value in _pairs(program):
        yield from _option(program, node, name, value)


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
        if any(text == "detached" or HOLE in text for text in program.texts(value)):
            yield Hit(node, "detached", name)
    elif name == "runtime_env":
        yield from _environment(program, value)
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
    addresses = [*call.args[:1], *(each.value for each in call.keywords if each.arg == "address")]
    for address in addresses:
        if not _is_none(address) and not all(_LOCAL.fullmatch(text) for text in program.texts(address)):
            yield Hit(call, "other-cluster", "ray.init")
    for keyword in call.keywords:
        if (keyword.arg or "").startswith("_"):
            yield Hit(call, "unlisted", f"ray.init({keyword.arg}=…)")


def _splatted(program: Program, call: ast.Call) -> Iterator[Hit]:
    for keyword in call.keywords:
        if keyword.arg is None and not _is_written_out(program, keyword.value):
            yield Hit(call, "splat", f"**{last_name(keyword.value)}")


def _is_written_out(program: Program, value: ast.expr) -> bool:
    """Whether a dictionary stands there with its keys, which are looked at like all others."""
    keys = value.keys if isinstance(value, ast.Dict) else [None]
    return all(key is not None and not any(HOLE in text for text in program.texts(key)) for key in keys)


def _environment(program: Program, value: ast.expr, depth: int = 4) -> Iterator[Hit]:
    """A runtime_env, wherever its dictionary stands."""
    if isinstance(value, ast.Name) and depth:
        found = program.tree.bindings.get(value.id, [])
        yield from (
            hit for each in found[:8] if isinstance(each, ast.expr) for hit in _environment(program, each, depth - 1)
        )
        if not found or any(isinstance(each, str) for each in found):
            yield Hit(value, "packages", "runtime_env")
        return
    pairs: list[tuple[ast.expr | None, ast.expr]] = []
    if isinstance(value, ast.Dict):
        pairs = list(zip(value.keys, value.values, strict=True))
    elif isinstance(value, ast.Call) and "dict" in program.names(value.func):
        pairs = [(ast.Constant(each.arg or HOLE), each.value) for each in value.keywords]
    elif not _is_none(value) and last_name(getattr(value, "func", value)) != "RuntimeEnv":
        yield Hit(value, "packages", "runtime_env")
    for key, part in pairs:
        for text in program.texts(key) if key is not None else {HOLE}:
            yield from _environment_part(program, value, text, part)


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
