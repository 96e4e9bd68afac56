"""What a benchmark has found out."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal


@dataclass(frozen=True)
class Result:
    """One figure in `unit`, what it is to be, and what it stands against.

    `times` are the raw measurements of each side in the order in which they were taken, in seconds; `details` is
    whatever else explains the figure, as JSON values.
    """

    name: str
    figure: float
    unit: str
    target: float
    better: Literal["higher", "lower"]
    against: str
    times: Mapping[str, Sequence[float]]
    details: Mapping[str, Any] = field(default_factory=dict)

    @property
    def met(self) -> bool:
        """Whether the figure reaches its target."""
        return self.figure >= self.target if self.better == "higher" else self.figure <= self.target

    def as_json(self) -> dict[str, Any]:
        """The result as one JSON object; `details` stand beside the rest."""
        named = {"name": self.name, "figure": self.figure, "unit": self.unit, "target": self.target}
        judged = {"better": self.better, "met": self.met, "against": self.against}
        times = {side: list(seconds) for side, seconds in self.times.items()}
        return {**self.details, **named, **judged, "times": times}

    def row(self) -> tuple[str, str, str, str, str]:
        """Name, figure, target, whether it is met, and what it stands against: for people."""
        bound = "at least" if self.better == "higher" else "at most"
        figure, target = f"{self.figure:.3g} {self.unit}", f"{bound} {self.target:g}"
        return self.name, figure, target, "met" if self.met else "missed", self.against
