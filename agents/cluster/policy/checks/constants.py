"""Texts and numbers wherever they stand: what only somebody after credentials or the interpreter writes down."""

import ast
import operator
import re
from collections.abc import Callable, Iterator
from typing import NamedTuple

from agents.cluster.policy.addresses import is_metadata_number, names_metadata
from agents.cluster.policy.members import REACH
from agents.cluster.policy.places import is_secret, looks_elsewhere
from agents.cluster.policy.program import Hit, Program

_REACHING = re.compile(r"\b(?:" + "|".join(sorted(each for each in REACH if each.startswith("__"))) + r")\b")
_TEMPLATE = re.compile(r"\{[^{}]*[.\[]_[^{}]*\}")
_RAYS_OWN = re.compile(r"_ray_internal|SUPERVISOR_ACTOR_RAY_NAMESPACE")
_OPERATIONS: dict[type[ast.operator], Callable[[int, int], int]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.BitOr: operator.or_,
    ast.BitXor: operator.xor,
    ast.BitAnd: operator.and_,
    ast.RShift: operator.rshift,
    ast.LShift: operator.lshift,
    ast.Pow: operator.pow,
}
_LARGEST, _WIDTH, _LARGEST_BASE = 2**64, 64, 2**16
"""What is larger is no address and no quota, and not worth calculating."""
_STARTING = re.compile(r"\b(?:py_executable|image_uri)\b")
_ATTACHED = re.compile(r"(?i)\b(?:attach(?:\s+database)?|into)\s+['\"]([^'\"]+)")
"""Files that SQLite opens because a statement says so."""
_SHORTEST = 3
"""Nothing is named by less."""


class Said(NamedTuple):
    """A rule that a text breaks wherever it stands; see `Hit`."""

    rule: str
    name: str = ""


def written(program: Program) -> Iterator[Hit]:
    """Addresses, files, and attributes in templates; texts that are put together count as one."""
    said: dict[str, tuple[Said, ...]] = {}
    for node in (*program.tree.of(ast.Constant, ast.BinOp, ast.JoinedStr), *program.tree.of(ast.Call, ast.Subscript)):
        if node in program.tree.documentation or _is_inner(program, node):
            continue
        if isinstance(node, ast.Constant | ast.BinOp) and is_metadata_number(number(node) or 0):
            yield Hit(node, "metadata")
        if isinstance(node, ast.Constant) and not isinstance(node.value, str | bytes):
            continue
        for text in program.texts(node):
            if text not in said:  # a long program says most of its texts many times
                said[text] = tuple(_said(text))
            yield from (Hit(node, *each) for each in said[text])


def _is_inner(program: Program, node: ast.AST) -> bool:
    """Whether the node is a part of a sum that is looked at as a whole."""
    parent = program.tree.parent(node)
    return isinstance(node, ast.BinOp) and isinstance(parent, ast.BinOp) and type(parent.op) is type(node.op)


def _said(text: str) -> Iterator[Said]:
    if len(text) < _SHORTEST:
        return
    if names_metadata(text):
        yield Said("metadata")
    if is_secret(text):
        yield Said("secret")
    if "_" in text and _RAYS_OWN.search(text):
        yield Said("ray-internals")
    if (found := _STARTING.search(text)) is not None:
        yield Said("runtime-env", found[0])
    if text.startswith("module://"):  # what matplotlib takes for a backend's name
        yield Said("dynamic-code", text)
    if any(looks_elsewhere(path) for path in _ATTACHED.findall(text)):
        yield Said("outside-path")
    if text == "__annotations__":
        yield Said("unlisted", text)
    if "_" in text and (_REACHING.search(text) or _TEMPLATE.search(text)):
        yield Said("reflection")


def number(node: ast.AST, depth: int = 20) -> int | None:
    """The whole number that an expression of constants amounts to."""
    if isinstance(node, ast.Constant):
        return node.value if isinstance(node.value, int) else None
    if depth == 0 or not isinstance(node, ast.BinOp) or type(node.op) not in _OPERATIONS:
        return None
    left, right = number(node.left, depth - 1), number(node.right, depth - 1)
    if left is None or right is None or not 0 <= left < _LARGEST or not 0 <= right < _LARGEST:
        return None
    return _calculated(node.op, left, right)


def _calculated(node: ast.operator, left: int, right: int) -> int | None:
    if isinstance(node, ast.LShift | ast.RShift | ast.Pow) and right > _WIDTH:
        return None
    return _OPERATIONS[type(node)](left, right) if not isinstance(node, ast.Pow) or left <= _LARGEST_BASE else None
