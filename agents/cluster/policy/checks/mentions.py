"""Names and dotted names of modules' members, under whatever alias, called or not."""

import ast
from collections.abc import Iterator

from agents.cluster.policy.members import denial_of, rule_of
from agents.cluster.policy.modules import GUARDED
from agents.cluster.policy.program import Hit, Program

_NAMING = frozenset({"getattr", "setattr", "delattr"})
_OWN = {"os.kill": "os.getpid", "socket.gethostbyname": "socket.gethostname", "psutil.Process": "os.getpid"}
"""Functions that are harmless when they are told about the program's own process or machine."""
_OTHERS = {"psutil.Process": "process", "socket.gethostbyname": "network"}
"""What those break that are ordinary otherwise, when they are told about another."""


def mentioned(program: Program) -> Iterator[Hit]:
    """Members of modules that break a rule, and modules that are handed around."""
    rules: dict[str, str | None] = {}
    for node, names in program.mentions:
        parent = program.tree.parent(node)
        if not isinstance(node.ctx, ast.Load) or isinstance(parent, ast.Attribute):
            continue
        for name in names:
            if name not in rules:  # a long program uses most of its names many times
                rules[name] = _rule(name)
            rule = rules[name]
            if rule is not None and not _is_about_itself(program, node, name):
                yield Hit(node, rule, name.lstrip("?"))
            if name in GUARDED and not _is_alias(parent):
                yield Hit(node, "reflection", name)
            elif name in _NAMING and not (_is_alias(parent) or (isinstance(parent, ast.Call) and parent.func is node)):
                yield Hit(node, "dynamic-attribute", name)


def _rule(name: str) -> str | None:
    """The rule that a name breaks unless it is about the program itself; a guess breaks those that deny members."""
    guess = name.startswith("?")
    rule = denial_of(name[1:]) if guess else rule_of(name)
    return _OTHERS.get(name) if rule is None or (guess and "." not in name) else rule


def _is_alias(parent: ast.AST | None) -> bool:
    """Whether the name is only given another name, under which it is still known."""
    if isinstance(parent, ast.Assign):
        return all(isinstance(target, ast.Name | ast.Attribute) for target in parent.targets)
    return isinstance(parent, ast.NamedExpr | ast.Expr)


def _is_about_itself(program: Program, node: ast.expr, name: str) -> bool:
    """`os.kill(os.getpid(), …)` is how a program tests that Ray survives a dead worker."""
    call = program.tree.parent(node)
    if name not in _OWN or not isinstance(call, ast.Call) or call.func is not node:
        return False
    if not call.args:
        return name == "psutil.Process" and not call.keywords
    return isinstance(call.args[0], ast.Call) and program.names(call.args[0].func) == {_OWN[name]}
