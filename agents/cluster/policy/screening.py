"""The screening: a program against every check. It is never the boundary, which is the cluster: see the package."""

import ast
from collections import Counter
from collections.abc import Iterator

from agents.cluster.collection import no_garbage_collection
from agents.cluster.policy.allowances import Allowances
from agents.cluster.policy.checks import CHECKS
from agents.cluster.policy.program import Hit, Program
from agents.cluster.policy.rules import DENIALS, sentence_of
from agents.cluster.policy.source import declares_encoding, read
from agents.cluster.policy.values import Meanings, TooTangledError
from agents.cluster.policy.verdict import Decision, Finding, Verdict

_FINDINGS = 100
_SHOWN = 60
_NONE_WIDENED = Allowances()


def screen(code: str, allowances: Allowances = _NONE_WIDENED) -> Verdict:
    """The verdict on a program, of which nothing is executed; what cannot be read or followed is denied.

    Never raises. Takes time in proportion to the program's length.
    """
    with no_garbage_collection():
        return _verdict(code, allowances)


def _verdict(code: str, allowances: Allowances) -> Verdict:
    if declares_encoding(code):
        return Verdict.of([_finding(1, "encoding", "")])
    try:
        tree = read(code)
    except (SyntaxError, ValueError):
        return Verdict.of([_finding(0, "unreadable", "")])
    except (RecursionError, MemoryError):
        return Verdict.of([_finding(0, "too-deep", "")])
    try:
        meanings = Meanings(tree)
        try:
            return Verdict.of(_findings(Program(tree, meanings, allowances)))
        finally:
            meanings.forget()
    except (RecursionError, MemoryError, TooTangledError):
        return Verdict.of([_finding(0, "too-deep", "")])


def _findings(program: Program) -> Iterator[Finding]:
    """What the checks found, less what the operator allows; of each kind a person needs no more than the first."""
    counts: Counter[Decision] = Counter()
    for hit in _hits(program):
        decision: Decision = "deny" if hit.rule in DENIALS else "needs_approval"
        if counts[decision] < _FINDINGS and not program.allowances.lift(hit.rule, hit.name):
            counts[decision] += 1
            yield _finding(_line(program, hit.node), hit.rule, hit.name)
        elif counts["deny"] >= _FINDINGS:
            return


def _hits(program: Program) -> Iterator[Hit]:
    for check in CHECKS:
        yield from check(program)


def _line(program: Program, node: ast.AST | None) -> int:
    while node is not None and not hasattr(node, "lineno"):
        node = program.tree.parent(node)
    return int(getattr(node, "lineno", 0))


def _finding(line: int, rule: str, name: str) -> Finding:
    decision: Decision = "deny" if rule in DENIALS else "needs_approval"
    return Finding(line, rule, sentence_of(rule, line, name[:_SHOWN]), decision)
