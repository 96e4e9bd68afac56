"""The environment: single variables by harmless names, and what is set for others."""

import ast
import re
from collections.abc import Iterator

from agents.cluster.policy.folding import HOLE
from agents.cluster.policy.program import Hit, Program

_SECRET = re.compile(
    r"SECRET|TOKEN(?!IZ)|PASSW|PASSPHRASE|_PASS$|PWD.|_PWD$|CREDENTIAL|API_?KEY|ACCESS_?KEY|PRIVATE|_KEY$|_KEY_|_DSN$|"
    r"^AWS_(?!REGION$|DEFAULT_REGION$)|^SLACK_|^AZURE_|DATABASE_URL|CONN(?:ECTION)?_STR|RAY_AUTH|_AUTH$",
    re.IGNORECASE,
)
_STEERING = re.compile(
    r"^(?:LD_|DYLD_|PYTHON|PATH$|BASH_ENV$|ENV$|IFS$|AWS_|RAYGEN_|TMPDIR$|GOOGLE_|AZURE_|HTTPS?_PROXY$|ALL_PROXY$|"
    r"RAY_(?!DEDUP_LOGS|COLOR_PREFIX|DATA_|TRAIN_|TUNE_|AIR_|DISABLE_|IGNORE_|task_|memory_|BACKEND_LOG|"
    r"CHDIR_TO_TRIAL_DIR|verbose))",
    re.IGNORECASE,
)
_WHOLE = frozenset({"os.environ", "?os.environ"})
_READING = frozenset({"get", "pop", "setdefault"})
_SETTING = frozenset({"setdefault", "update", "pop"})
_EXPANDING = frozenset({"os.path.expandvars"})


def read(program: Program) -> Iterator[Hit]:
    """`os.environ["…TOKEN"]`, `os.getenv`, the environment as a whole, and variables that steer other programs."""
    for node, names in program.mentions:
        if not names.isdisjoint(_WHOLE) and isinstance(node.ctx, ast.Load):
            yield from _used(program, node)
    for call, functions, _ in program.calls:
        if functions & {"os.getenv", "?os.getenv"}:
            yield from _variable(program, call, call.args[:1] or [each.value for each in call.keywords])
        if functions & _EXPANDING:
            yield from _expanded(program, call)
        if functions & {"os.putenv", "os.unsetenv"}:
            yield Hit(call, "worker-environment")


def _used(program: Program, node: ast.expr) -> Iterator[Hit]:
    parent = program.tree.parent(node)
    if isinstance(parent, ast.Subscript) and parent.value is node:
        if isinstance(parent.ctx, ast.Load):
            yield from _variable(program, parent, [parent.slice])
        else:
            yield from set_variable(program, parent, parent.slice)
    elif isinstance(parent, ast.Attribute):
        yield from _method(program, node, parent)
    elif isinstance(parent, ast.Assign) and all(isinstance(each, ast.Name | ast.Attribute) for each in parent.targets):
        return
    elif not isinstance(parent, ast.Compare | ast.NamedExpr | ast.Expr):
        yield Hit(node, "environment")


def _method(program: Program, node: ast.expr, method: ast.Attribute) -> Iterator[Hit]:
    call = program.tree.parent(method)
    if method.attr not in _READING | _SETTING or not isinstance(call, ast.Call) or call.func is not method:
        yield Hit(node, "environment")
        return
    if method.attr in _READING:
        yield from _variable(program, call, call.args[:1])
    if method.attr == "setdefault":
        yield from set_variable(program, call, call.args[0] if call.args else None)
    if method.attr == "update":
        for argument in call.args:
            keys = argument.keys if isinstance(argument, ast.Dict) else [None]
            for key in keys:
                yield from set_variable(program, call, key)
        for keyword in call.keywords:
            yield from _steered(call, keyword.arg or HOLE)


def _variable(program: Program, node: ast.AST, names: list[ast.expr]) -> Iterator[Hit]:
    for name in names[:1]:
        for text in program.texts(name):
            if _SECRET.search(text):
                yield Hit(node, "secret", text.replace(HOLE, "…"))
            elif HOLE in text:
                yield Hit(node, "environment-name")


def _expanded(program: Program, call: ast.Call) -> Iterator[Hit]:
    for text in program.texts(call.args[0]) if call.args else ():
        if _SECRET.search(text):
            yield Hit(call, "secret", "os.path.expandvars")
        elif HOLE in text:
            yield Hit(call, "environment-name", "os.path.expandvars")


def set_variable(program: Program, node: ast.AST, name: ast.expr | None) -> Iterator[Hit]:
    """What setting a variable breaks; a name that is not known may be any."""
    for text in program.texts(name) if name is not None else {HOLE}:
        yield from _steered(node, text)


def _steered(node: ast.AST, text: str) -> Iterator[Hit]:
    if text == "RAY_ADDRESS":
        yield Hit(node, "other-cluster", text)
    elif HOLE in text or _STEERING.search(text):
        yield Hit(node, "worker-environment", text.replace(HOLE, "…"))
