"""What the screening says."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

Decision = Literal["allow", "needs_approval", "deny"]
_STRICTEST: tuple[Decision, ...] = ("deny", "needs_approval")


@dataclass(frozen=True)
class Finding:
    """One reason: the line (0 for the whole program), the rule's name, a sentence for a person, and what it demands."""

    line: int
    rule: str
    sentence: str
    decision: Decision = "deny"


@dataclass(frozen=True)
class Verdict:
    """The decision with its findings, in the order of their lines."""

    decision: Decision
    findings: tuple[Finding, ...] = ()

    @classmethod
    def of(cls, findings: Iterable[Finding]) -> "Verdict":
        """The strictest of what the findings demand; no findings, no objection."""
        found = set(findings)
        demanded = {finding.decision for finding in found}
        decision: Decision = next((each for each in _STRICTEST if each in demanded), "allow")
        return cls(decision, tuple(sorted(found, key=lambda each: (each.line, each.rule, each.sentence))))

    @property
    def reasons(self) -> tuple[str, ...]:
        """The sentences of the findings that made the decision."""
        return tuple(each.sentence for each in self.findings if each.decision == self.decision)
