"""What Ray is told: addresses, lifetimes, resources, names."""

import ast
import re
from collections.abc import Iterator

from agents.cluster.policy.checks.command_line import without_arguments
from agents.cluster.policy.checks.constants import number
from agents.cluster.policy.checks.runtime_envs import environments
from agents.cluster.policy.folding import HOLE
from agents.cluster.policy.program import Hit, Program
from agents.cluster.policy.texts import NOTHING
from agents.cluster.policy.tree import last_name

_LOCAL = re.compile(r"auto|local|(?:ray://)?(?:127\.0\.0\.1|localhost)(?::\d+)?")
_CPUS = frozenset({"num_cpus", "CPU", "num_workers", "cpus_per_trial", "cpu"})
_GPUS = frozenset({"num_gpus", "GPU", "gpu", "gpus_per_trial"})
_MEMORY = frozenset({"memory", "object_store_memory", "_memory"})
_WITH_OPTIONS = frozenset({"ray.remote", "ray.init", "ray.runtime_env.RuntimeEnv", "ray.serve.deployment"})
_NAMED = frozenset({"ray.get_actor"})
_GROUPS = frozenset({"ray.util.placement_group", "ray.util.placement_group.placement_group"})


def given(program: Program) -> Iterator[Hit]:
    """Every option that is given by a keyword, in a dictionary or by a subscript, and `ray.init`'s own arguments."""
    for call, functions, called in program.calls:
        if functions & {"ray.init", "?ray.init"}:
            yield from _initialised(program, call)
        if functions & _WITH_OPTIONS or called & {"options", "RuntimeEnv"}:
            yield from _splatted(program, call)
        if functions & _GROUPS:
            yield from _grouped(program, call)
    pairs = list(_pairs(program))
    for node, name, value in pairs:
        yield from _option(program, node, name, value)
    yield from environments(program, [value for _, name, value in pairs if name == "runtime_env"])
    yield from _looked_up(program)


def _grouped(program: Program, call: ast.Call) -> Iterator[Hit]:
    """`placement_group(bundles, strategy, name, lifetime)`."""
    if any(text == "detached" or HOLE in text for each in call.args[3:4] for text in program.texts(each)):
        yield Hit(call, "detached", "lifetime")


def _looked_up(program: Program) -> Iterator[Hit]:
    """Actors that somebody else may have named: of another namespace, or of one that this program shares."""
    shares = any(
        functions & {"ray.init", "?ray.init"} and "namespace" in dict(_keywords(program, call))
        for call, functions, _ in program.calls
    )
    own = NOTHING.union(
        *(program.texts(each.value) for each in program.tree.of(ast.keyword) if each.arg == "name"), {"None"}
    )
    for call, functions, _ in program.calls:
        if not functions & _NAMED:
            continue
        keywords = dict(_keywords(program, call))
        wanted = program.texts(call.args[0] if call.args else keywords.get("name"))
        if len(call.args) > 1 or "namespace" in keywords or (shares and not wanted <= own):
            yield Hit(call, "other-actors", "ray.get_actor")


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
        known = without_arguments(program, address)
        if not _is_none(known) and not all(_LOCAL.fullmatch(text) for text in program.texts(known)):
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


def _is_none(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and node.value is None
