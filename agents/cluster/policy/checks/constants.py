"""Texts and numbers wherever they stand: what only somebody after credentials, or after the interpreter, writes down."""

import ast
import re
from collections.abc import Iterator

from agents.cluster.policy.addresses import is_metadata_number, names_metadata
from agents.cluster.policy.members import REACH
from agents.cluster.policy.places import is_secret
from agents.cluster.policy.program import Hit, Program

_REACHING = re.compile(r"\b(?:" + "|".join(sorted(each for each in REACH if each.startswith("__"))) + r")\b")
_TEMPLATE = re.compile(r"\{[^{}]*[.\[]_[^{}]*\}")
_RAYS_OWN = re.compile(r"_ray_internal|SUPERVISOR_ACTOR_RAY_NAMESPACE")
_NUMERIC = (ast.Add, ast.Sub, ast.Mult, ast.BitOr, ast.BitXor, ast.LShift, ast.BitAnd, ast.RShift)
_LARGEST = 2**64


def written(program: Program) -> Iterator[Hit]:
    """Addresses, files, and attributes in templates; texts that are put together count as one."""
    for node in program.tree.of(ast.Constant, ast.BinOp, ast.JoinedStr, ast.Call):
        if node in program.tree.documentation or _is_inner(program, node):
            continue
        if isinstance(node, ast.Constant | ast.BinOp) and is_metadata_number(number(node) or 0):
            yield Hit(node, "metadata")
        if not isinstance(node, ast.Constant) or isinstance(node.value, str | bytes):
            for text in program.texts(node):
                yield from _said(node, text)


def _is_inner(program: Program, node: ast.AST) -> bool:
    """Whether the node is a part of a sum that is looked at as a whole."""
    parent = program.tree.parent(node)
    return isinstance(node, ast.BinOp) and isinstance(parent, ast.BinOp) and type(parent.op) is type(node.op)


def _said(node: ast.AST, text: str) -> Iterator[Hit]:
    if len(text) < 3:  # nothing is named by less
        return
    if names_metadata(text):
        yield Hit(node, "metadata")
    if is_secret(text):
        yield Hit(node, "secret")
    if "_" in text and _RAYS_OWN.search(text):
        yield Hit(node, "ray-internals")
    if text == "__annotations__":
        yield Hit(node, "unlisted", text)
    if "_" in text and (_REACHING.search(text) or _TEMPLATE.search(text)):
        yield Hit(node, "reflection")


def number(node: ast.AST, depth: int = 20) -> int | None:
    """The whole number that an expression of constants amounts to."""
    if isinstance(node, ast.Constant):
        return node.value if isinstance(node.value, int) else None
    if depth == 0 or not isinstance(node, ast.BinOp) or not isinstance(node.op, (*_NUMERIC, ast.Pow)):
        return None
    left, right = number(node.left, depth - 1), number(node.right, depth - 1)
    if left is None or right is None or not 0 <= left < _LARGEST or not 0 <= right < _LARGEST:
        return None
    return _calculated(node.op, left, right)


def _calculated(operator: ast.operator, left: int, right: int) -> int | None:
    match operator:
        case ast.Add():
            return left + right
        case ast.Sub():
            return left - right
        case ast.Mult():
            return left * right
        case ast.BitOr():
            return left | right
        case ast.BitXor():
            return left ^ right
        case ast.BitAnd():
            return left & right
        case ast.RShift():
            return left >> min(right, 64)
        case ast.LShift() if right <= 64:  # more is no address and no quota
            return left << right
        case ast.Pow() if right <= 64 and left <= 2**16:
            return int(left**right)
    return None
