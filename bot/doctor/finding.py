"""What an examination found. Pure."""

from dataclasses import dataclass
from typing import Literal

State = Literal["ok", "warning", "fault", "unknown"]


@dataclass(frozen=True)
class Finding:
    """How one part is: `says` is a sentence, `do` what to do next, empty when there is nothing to do."""

    part: str
    state: State
    says: str
    do: str = ""


def healthy(findings: list[Finding]) -> bool:
    """Whether Raygen can work: nothing is at fault. What could not be looked at does not count as healthy."""
    return all(finding.state in {"ok", "warning"} for finding in findings)
