"""Pure: whether a program cannot tell a warm driver from a cold one, by its syntax tree and in doubt not.

In a warm driver Ray has been imported and connected before the program begins. So nothing that changes how that goes
may stand in the program, and nothing that would notice.
"""

import ast
from collections.abc import Iterator

from agents.cluster.collection import no_garbage_collection

_NAMES = frozenset(
    {"__import__", "_private", "environb", "eval", "exec", "fork", "globals", "importlib", "is_initialized", "modules"}
    | {"multiprocessing", "putenv", "runtime_env", "settrace", "setprofile", "signal", "atexit", "unsetenv", "gc"}
    | {"_current_frames", "_getframe", "currentframe", "extract_stack", "faulthandler", "format_stack", "inspect"}
    | {"print_stack", "stack_info", "walk_stack"}
)
"""Names, attributes, modules and keywords of a program that goes the cold way.

Those of the last two lines look at who has called: in a warm driver there are frames below the program's.
"""
_LIBRARIES = frozenset({"data", "serve", "train", "tune", "util"})
_INIT_ARGUMENTS: dict[str, tuple[object, ...]] = {
    "address": ("auto", None),
    "ignore_reinit_error": (True, False),
    "log_to_driver": (True,),
}
"""What `ray.init` may be told, since the warm driver's own was told the same."""
_Scope = ast.Module | ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef | ast.Lambda


def warmable(program: bytes) -> bool:
    """Whether the program may run in a warm driver; it is one that Python can read."""
    with no_garbage_collection():
        tree = ast.parse(program)
        nodes = list(ast.walk(tree))
        plain = _imports_ray_plainly(nodes) and _only_reads_environ(nodes) and not any(map(_is_conspicuous, nodes))
        return plain and _init_is_honoured(tree, nodes)


def _imports_ray_plainly(nodes: list[ast.AST]) -> bool:
    """Whether `ray` is `ray` and nothing else is, so that its uses can be seen."""
    aliases = [alias for node in nodes if isinstance(node, ast.Import) for alias in node.names]
    named = [alias for alias in aliases if alias.name == "ray" or (alias.name.startswith("ray.") and not alias.asname)]
    renamed = any(alias.name == "ray" and alias.asname for alias in named)
    taken = any(isinstance(node, ast.ImportFrom) and _takes_from_ray(node) for node in nodes)
    dotted = {node.value for node in nodes if isinstance(node, ast.Attribute)}
    bare = {node for node in nodes if isinstance(node, ast.Name) and node.id == "ray"} - dotted
    return bool(named) and not (renamed or taken or bare)


def _takes_from_ray(node: ast.ImportFrom) -> bool:
    """Whether the import takes something out of `ray` that is not one of its libraries."""
    return node.module == "ray" and not {alias.name for alias in node.names} <= _LIBRARIES


def _only_reads_environ(nodes: list[ast.AST]) -> bool:
    """Whether the environment is used as `environ[…]` and `environ.get(…)` alone: Ray has read it by now."""
    mentions = {node for node in nodes if isinstance(node, ast.Attribute) and node.attr == "environ"}
    read = {node.value for node in nodes if isinstance(node, ast.Subscript) and isinstance(node.ctx, ast.Load)}
    asked = {node.value for node in nodes if isinstance(node, ast.Attribute) and node.attr == "get"}
    imported = any(isinstance(node, ast.ImportFrom) and node.module == "os" for node in nodes)
    return mentions <= read | asked and not imported


def _is_conspicuous(node: ast.AST) -> bool:
    """Whether the node is something that might go otherwise in a warm driver."""
    if isinstance(node, ast.Constant):
        return isinstance(node.value, str) and ("RAY_" in node.value or node.value == "runtime_env")
    return any(part in _NAMES for name in _names(node) for part in name.split("."))


def _names(node: ast.AST) -> Iterator[str]:
    if isinstance(node, ast.Name):
        yield node.id
    elif isinstance(node, ast.Attribute):
        yield node.attr
    elif isinstance(node, ast.keyword):
        yield node.arg or ""
    elif isinstance(node, ast.alias):
        yield node.name
    elif isinstance(node, ast.ImportFrom):
        yield node.module or ""


def _init_is_honoured(tree: ast.Module, nodes: list[ast.AST]) -> bool:
    """Whether `ray.init` is called at most once, with nothing that matters, before anything else is asked of Ray."""
    mentions = [node for node in nodes if isinstance(node, ast.Attribute) and _is_ray(node, "init")]
    if not mentions:
        return True
    calls = [node for node in nodes if isinstance(node, ast.Call) and node.func in mentions]
    if len(mentions) != 1 or len(calls) != 1:
        return False
    return _has_harmless_arguments(calls[0]) and _comes_first(tree, calls[0])


def _is_ray(node: ast.expr, attribute: str) -> bool:
    return (
        isinstance(node, ast.Attribute)
        and node.attr == attribute
        and isinstance(node.value, ast.Name)
        and node.value.id == "ray"
    )


def _has_harmless_arguments(call: ast.Call) -> bool:
    return not call.args and all(_is_harmless(keyword) for keyword in call.keywords)


def _is_harmless(keyword: ast.keyword) -> bool:
    allowed = _INIT_ARGUMENTS.get(keyword.arg or "", ())
    return isinstance(keyword.value, ast.Constant) and keyword.value.value in allowed


def _comes_first(tree: ast.Module, init: ast.Call) -> bool:
    """Whether no task, actor or other call of Ray's stands before it, in the code that runs before it."""
    return not any(_asks_ray(call) for call in _calls_on_the_way(tree, init) if call.lineno < init.lineno)


def _calls_on_the_way(scope: ast.AST, init: ast.Call) -> Iterator[ast.Call]:
    """The calls in `scope`, without those in functions and classes that do not hold `init` themselves."""
    for child in ast.iter_child_nodes(scope):
        if isinstance(child, ast.Call):
            yield child
        if not isinstance(child, _Scope) or any(node is init for node in ast.walk(child)):
            yield from _calls_on_the_way(child, init)


def _asks_ray(call: ast.Call) -> bool:
    function = call.func
    if not isinstance(function, ast.Attribute) or _is_ray(function, "remote"):
        return False
    return function.attr in {"remote", "bind"} or (isinstance(function.value, ast.Name) and function.value.id == "ray")
