"""Pure: verdicts -> figures, split by split."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil, sqrt

from evals.judging import Grade, Verdict

_Z = 1.96
"""For intervals of 95 %."""


@dataclass(frozen=True)
class Figures:
    """What one row of the table says, over `asked` requests; counts, seconds, tokens and US dollars.

    `passed` is cumulative: at the first attempt, after at most one repair, after at most two. `cost_per_pass` is None
    where a price is not known, or nothing passed.
    """

    asked: int
    passed: tuple[int, int, int]
    wrong: int
    failed: int
    refused: int
    lost: int
    seconds_p50: float
    seconds_p95: float
    input_tokens: int
    output_tokens: int
    cost_per_pass: float | None

    @property
    def rate(self) -> float:
        """The share that passed at the first attempt."""
        return self.passed[0] / self.asked if self.asked else 0.0

    @property
    def interval(self) -> tuple[float, float]:
        """Wilson's interval around that share."""
        return wilson(self.passed[0], self.asked)


def figures(verdicts: Sequence[Verdict]) -> Figures:
    """The figures of these verdicts; answers that were lost on the way count among none of the others."""
    usages = [verdict.answer.usage for verdict in verdicts]
    seconds = [verdict.answer.seconds for verdict in verdicts]
    costs = [usage.cost_usd for usage in usages if usage.cost_usd is not None]
    passed = sum(verdict.grade == "passed" for verdict in verdicts)
    return Figures(
        asked=len(verdicts) - _count(verdicts, "lost"),
        passed=(_within(verdicts, 0), _within(verdicts, 1), _within(verdicts, 2)),
        wrong=_count(verdicts, "wrong"),
        failed=_count(verdicts, "failed"),
        refused=_count(verdicts, "refused"),
        lost=_count(verdicts, "lost"),
        seconds_p50=percentile(seconds, 50),
        seconds_p95=percentile(seconds, 95),
        input_tokens=sum(usage.input_tokens for usage in usages),
        output_tokens=sum(usage.output_tokens for usage in usages),
        cost_per_pass=sum(costs) / passed if passed and len(costs) == len(usages) else None,
    )


def wilson(successes: int, trials: int) -> tuple[float, float]:
    """Wilson's score interval for a share, at 95 %; (0, 1) when nothing was tried."""
    if trials == 0:
        return 0.0, 1.0
    share, spread = successes / trials, _Z**2 / trials
    middle = (share + spread / 2) / (1 + spread)
    half = _Z * sqrt(share * (1 - share) / trials + spread / trials / 4) / (1 + spread)
    return max(0.0, middle - half), min(1.0, middle + half)


def percentile(values: Sequence[float], percent: float) -> float:
    """The smallest value that at least `percent` of them do not exceed; 0 for none."""
    ordered = sorted(values)
    return ordered[max(0, ceil(len(ordered) * percent / 100) - 1)] if ordered else 0.0


def _within(verdicts: Sequence[Verdict], repairs: int) -> int:
    return sum(verdict.passed_within(repairs) for verdict in verdicts)


def _count(verdicts: Sequence[Verdict], grade: Grade) -> int:
    return sum(verdict.grade == grade for verdict in verdicts)
