"""Verdicts as a table to paste (Markdown), and as one JSON object."""

from collections.abc import Iterator, Sequence
from typing import Any

from evals.figures import Figures, figures
from evals.judging import Verdict
from evals.request import FAMILIES, SPLITS

HEADINGS = (
    "requests",
    "asked",
    "pass@1 (95 %)",
    "after 1 repair",
    "after 2",
    "ran, but wrong",
    "failed",
    "refused",
    "s p50 / p95",
    "tokens in / out",
    "$ per pass",
)


def markdown(model: str, verdicts: Sequence[Verdict]) -> str:
    """The splits apart, then the families, with what was measured, on what, and when."""
    rows = [[label, *_cells(found)] for label, found in _groups(verdicts)]
    lines = [HEADINGS, ["---"] * len(HEADINGS), *rows]
    table = "\n".join(f"| {' | '.join(line)} |" for line in lines)
    return "\n\n".join((_heading(model, verdicts), table, *_footnotes(verdicts)))


def document(model: str, verdicts: Sequence[Verdict]) -> dict[str, Any]:
    """The same for programs, with every verdict."""
    return {
        "model": model,
        **_stamp(verdicts),
        "groups": {label: _fields(found) for label, found in _groups(verdicts)},
        "requests": [_entry(verdict) for verdict in verdicts],
    }


def _groups(verdicts: Sequence[Verdict]) -> Iterator[tuple[str, Figures]]:
    """The splits, the families and all; a group of which nothing was asked is left out."""
    groups = {f"**{label}**": [v for v in verdicts if v.request.split == split] for split, label in SPLITS.items()}
    groups |= {label: [v for v in verdicts if v.request.family == family] for family, label in FAMILIES.items()}
    yield from ((label, figures(chosen)) for label, chosen in groups.items() if chosen)
    yield "**all**", figures(verdicts)


def _cells(found: Figures) -> list[str]:
    low, high = found.interval
    cost = "–" if found.cost_per_pass is None else f"{found.cost_per_pass:.4f}"
    return [
        str(found.asked),
        f"{found.passed[0]} = {100 * found.rate:.0f} % ({100 * low:.0f} to {100 * high:.0f})",
        str(found.passed[1]),
        str(found.passed[2]),
        str(found.wrong),
        str(found.failed),
        str(found.refused),
        f"{found.seconds_p50:.1f} / {found.seconds_p95:.1f}",
        f"{found.input_tokens:,} / {found.output_tokens:,}",
        cost,
    ]


def _heading(model: str, verdicts: Sequence[Verdict]) -> str:
    stamp = _stamp(verdicts)
    return f"`{model}`, {stamp['date']}, Ray {stamp['ray']}, prompts {stamp['prompts']}"


def _stamp(verdicts: Sequence[Verdict]) -> dict[str, str]:
    """What the answers say about themselves; several values stand beside each other."""
    answers = [verdict.answer for verdict in verdicts]
    return {
        "date": ", ".join(sorted({answer.date for answer in answers})),
        "ray": ", ".join(sorted({answer.ray for answer in answers})),
        "prompts": ", ".join(sorted({answer.prompts for answer in answers})),
    }


def _footnotes(verdicts: Sequence[Verdict]) -> Iterator[str]:
    lost = [verdict.request.name for verdict in verdicts if verdict.grade == "lost"]
    if lost:
        yield f"Not counted, since something other than the model failed; ask again: {', '.join(lost)}."


def _fields(found: Figures) -> dict[str, Any]:
    return {**vars(found), "rate": found.rate, "interval": found.interval}


def _entry(verdict: Verdict) -> dict[str, Any]:
    request, answer = verdict.request, verdict.answer
    return {
        "name": request.name,
        "family": request.family,
        "split": request.split,
        "grade": verdict.grade,
        "repairs": verdict.repairs,
        "problems": verdict.problems,
        "said": answer.said,
        "seconds": answer.seconds,
    }
