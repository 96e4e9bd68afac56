"""What the screening says."""

from dataclasses import dataclass
from typing import Literal

Decision = Literal["allow", "needs_approval", "deny"]
_STRICTEST: tuple[Decision, ...] = ("deny", "needs_approval", "allow")


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
    def of(cls, findings: set[Finding]) -> "Verdict":
        """The strictest of what the findings demand; no findings, no objection."""
        demanded = {finding.decision for finding in findings}
        decision: Decision = next((each for each in _STRICTEST if each in demanded), "allow")
        return cls(decision, tuple(sorted(findings, key=lambda finding: (finding.line, finding.rule))))
