"""Trains the judgement: `python -m agents.cookbook.training` writes `judgement.json` from the requests.

Each request is judged by a book that has not seen it, so that the weights are those of new requests.
"""

import json
import math
from collections.abc import Iterator, Sequence
from dataclasses import asdict, astuple, dataclass
from importlib.resources import files
from pathlib import Path

from agents.cookbook.asked import Asked, load_asked, load_asked_otherwise
from agents.cookbook.evidence import FIGURES, Evidence, Judgement, chance
from agents.cookbook.fitting import Fit, Fitter
from agents.cookbook.recipe import load_recipes
from agents.cookbook.vocabulary import load_vocabulary

FOLDS = 5
OUTSIDE_ANSWERED = 0.035
"""The share of the requests outside the book that the threshold lets through: most of them are near a recipe."""
_PENALTY = 2.0
_STEPS = 8
_DIGITS = 4


@dataclass(frozen=True)
class Tried:
    """A request, the recipe that answers it (None outside the book), and how it met a book without its fold."""

    text: str
    name: str | None
    fold: int
    fits: tuple[Fit, ...]

    @property
    def open(self) -> list[Fit]:
        """The recipes that nothing certain speaks against."""
        return [fit for fit in self.fits if not fit.problems]

    def best(self, judgement: Judgement) -> tuple[float, str | None]:
        """The recipe that is surest by `judgement`, and its chance."""
        judged = [(judgement.chance(fit.evidence), fit.recipe.name) for fit in self.open]
        return max(judged, default=(0.0, None))


def tried(asked: Asked, beside: Asked) -> list[Tried]:
    """Every request of `asked`, in a book that was built without it and with all that is `beside`."""
    recipes, vocabulary = load_recipes(), load_vocabulary()
    found = []
    for number in range(FOLDS):
        kept, left_out = asked.fold(number, FOLDS)
        fitter = Fitter(recipes, kept + beside, vocabulary)
        labelled = [*left_out.answered, *((None, text) for text in left_out.declined)]
        found += [Tried(text, name, number, tuple(fitter.fits(text))) for name, text in labelled]
    return found


def trained(requests: Sequence[Tried]) -> Judgement:
    """The judgement that tells the right recipes of `requests` from the others."""
    rows = [(_row(fit.evidence), fit.recipe.name == request.name) for request in requests for fit in request.open]
    bias, *weights = (round(weight, _DIGITS) for weight in _regression(rows))
    judgement = Judgement(bias, dict(zip(FIGURES, weights, strict=True)), 1.0)
    outside = sorted((request.best(judgement)[0] for request in requests if request.name is None), reverse=True)
    threshold = round(outside[int(OUTSIDE_ANSWERED * len(outside))], _DIGITS)
    return Judgement(judgement.bias, judgement.weights, threshold)


def crossed(requests: Sequence[Tried]) -> Iterator[tuple[Tried, str | None]]:
    """Each request with the recipe that answers it, judged by weights that were trained without its fold."""
    for number in range(FOLDS):
        judgement = trained([request for request in requests if request.fold != number])
        for request in requests:
            if request.fold == number:
                sure, name = request.best(judgement)
                yield request, name if sure >= judgement.threshold else None


def _row(evidence: Evidence) -> tuple[float, ...]:
    return (1.0, *astuple(evidence))


def _regression(rows: Sequence[tuple[tuple[float, ...], bool]]) -> list[float]:
    """Logistic regression with a small penalty, by Newton's method."""
    size = len(rows[0][0])
    weights = [0.0] * size
    for _ in range(_STEPS):
        slope = [-_PENALTY * weight for weight in weights]
        curve = [[_PENALTY * (i == j) for j in range(size)] for i in range(size)]
        for figures, right in rows:
            sure = chance(0.0, weights, figures)
            spread = sure * (1 - sure)
            for i, figure in enumerate(figures):
                if figure:
                    slope[i] += (right - sure) * figure
                    line, factor = curve[i], spread * figure
                    for j, other in enumerate(figures):
                        line[j] += factor * other
        weights = [weight + step for weight, step in zip(weights, _solved(curve, slope), strict=True)]
    return weights


def _solved(matrix: list[list[float]], right: list[float]) -> list[float]:
    """The solution of a positive definite system of equations, by elimination."""
    rows = [[*line, value] for line, value in zip(matrix, right, strict=True)]
    for i, pivot in enumerate(rows):
        for row in rows[i + 1 :]:
            factor = row[i] / pivot[i]
            row[i:] = [a - factor * b for a, b in zip(row[i:], pivot[i:], strict=True)]
    found: list[float] = []
    for i, row in reversed(list(enumerate(rows))):
        rest = math.fsum(a * x for a, x in zip(row[i + 1 : -1], found, strict=True))
        found.insert(0, (row[-1] - rest) / row[i])
    return found


def main() -> None:
    """Write the weights that the book is shipped with."""
    target = Path(str(files("agents.cookbook") / "judgement.json"))
    target.write_text(
        json.dumps(asdict(trained(tried(load_asked(), load_asked_otherwise()))), indent=2) + "\n", encoding="utf-8"
    )


if __name__ == "__main__":
    main()
