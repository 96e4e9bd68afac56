"""How sure it is that a recipe is what a request asks for: a logistic model over a few figures."""

import json
import math
from collections.abc import Sequence
from dataclasses import astuple, dataclass, fields
from importlib.resources import files


@dataclass(frozen=True)
class Evidence:
    """What speaks for and against a recipe, each figure of the order of one.

    `coverage`: the share of the request that the recipe speaks of, by rarity; `uncovered` and `said`: the weights
    of what it does not speak of and of the whole. `topic`: the request holds one of its topics. `lead`: how far its
    score stands before the next recipe's that nothing certain speaks against. `unknown`: how many words it does not
    know; of them `foreign` are of requests that no recipe answers, `others` of other recipes' titles, `strange` of no
    recipe, `proper` names. `likeness`, `unlikeness` and `affinity`: see `Likeness`. `shows`: see `Card`.
    """

    coverage: float
    topic: float
    covered_topic: float
    uncovered: float
    said: float
    lead: float
    unknown: float
    foreign: float
    others: float
    strange: float
    proper: float
    likeness: float
    unlikeness: float
    affinity: float
    shows: float


FIGURES = tuple(field.name for field in fields(Evidence))


@dataclass(frozen=True)
class Judgement:
    """Trained weights: see `agents.cookbook.training`."""

    bias: float
    weights: dict[str, float]
    threshold: float

    def chance(self, evidence: Evidence) -> float:
        """How likely the recipe is the right one, from 0 to 1."""
        return chance(self.bias, [self.weights[name] for name in FIGURES], astuple(evidence))


def chance(bias: float, weights: Sequence[float], figures: Sequence[float]) -> float:
    """The logistic function of the weighted sum."""
    exponent = bias + math.fsum(weight * figure for weight, figure in zip(weights, figures, strict=True))
    return 1 / (1 + math.exp(-max(-500.0, min(500.0, exponent))))


def load_judgement() -> Judgement:
    """The weights that are shipped with the book."""
    return Judgement(**json.loads((files("agents.cookbook") / "judgement.json").read_text(encoding="utf-8")))
