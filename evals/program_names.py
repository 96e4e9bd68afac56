"""What a program uses, read from its syntax tree: nothing of it is executed."""

import ast
from collections.abc import Iterator

TASK, ACTOR, ASYNC, GENERATOR = "task", "actor", "async", "generator"
"""Names for what has no name of its own: a remote function, a remote class, an async method, a remote `yield`."""


def names_used(program: str) -> frozenset[str]:
    """Dotted names as they stand ("ray.wait"), their last parts, imports, keywords of calls, and the four above.

    Empty for a program that Python cannot read.
    """
    try:
        tree = ast.parse(program)
    except (SyntaxError, ValueError, RecursionError):
        return frozenset()
    wrapped = frozenset(_wrapped(tree))
    return frozenset(name for node in ast.walk(tree) for name in _names(node, wrapped))


def texts_of(program: str) -> str:
    """The program's text, in which addresses and the like are looked for; concatenated constants are joined."""
    try:
        tree = ast.parse(program)
    except (SyntaxError, ValueError, RecursionError):
        return program
    constants = [
        node.value for node in ast.walk(tree) if isinstance(node, ast.Constant) and isinstance(node.value, str)
    ]
    return "\n".join((program, *constants, "".join(constants)))


def _names(node: ast.AST, wrapped: frozenset[str]) -> Iterator[str]:
    match node:
        case ast.Attribute():
            yield node.attr
            yield _dotted(node)
        case ast.Import(names=names):
            yield from (alias.name for alias in names)
        case ast.ImportFrom(module=module, names=names):
            yield str(module)
            yield from (name for alias in names for name in (alias.name, f"{module}.{alias.name}"))
        case ast.keyword(arg=str(name)):
            yield name
        case ast.FunctionDef(name=name) if _is_remote(node) or name in wrapped:
            yield TASK
            yield from [GENERATOR] * any(isinstance(inner, ast.Yield | ast.YieldFrom) for inner in ast.walk(node))
        case ast.ClassDef(name=name) if _is_remote(node) or name in wrapped:
            yield ACTOR
            yield from [ASYNC] * any(isinstance(inner, ast.AsyncFunctionDef) for inner in node.body)


def _is_remote(node: ast.FunctionDef | ast.ClassDef) -> bool:
    """Decorated with `@ray.remote`, with options or without."""
    decorators = (d.func if isinstance(d, ast.Call) else d for d in node.decorator_list)
    return any(_dotted(decorator) in {"ray.remote", "remote"} for decorator in decorators)


def _wrapped(tree: ast.AST) -> Iterator[str]:
    """The names that are passed to `ray.remote(…)`, plain or with options, as in `ray.remote(num_cpus=1)(work)`."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            function = node.func.func if isinstance(node.func, ast.Call) else node.func
            if _dotted(function) == "ray.remote":
                yield from (argument.id for argument in node.args if isinstance(argument, ast.Name))


def _dotted(node: ast.AST) -> str:
    """The attribute as it stands, such as "ray.wait"; only the last part when what stands before is no plain name."""
    match node:
        case ast.Name(id=name):
            return name
        case ast.Attribute(value=value, attr=attr):
            before = _dotted(value)
            return f"{before}.{attr}" if before else attr
        case _:
            return ""
