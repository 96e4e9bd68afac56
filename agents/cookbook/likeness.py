"""How like a request is to requests that were put before, word by word."""

import math
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from agents.cookbook.tokens import Signs, Token, signs
from agents.cookbook.vocabulary import Vocabulary

_OUTSIDE = ""
"""In place of a recipe's name: the request was none for the book."""
_SMOOTHING = 0.1


@dataclass(frozen=True)
class Likeness:
    """`to_recipe` and `to_outside`: the cosine between a request and the most similar one before, from 0 to 1.

    `affinity`: the logarithm of how much likelier its words are in a request for the recipe than for another one.
    """

    to_recipe: float
    to_outside: float
    affinity: float


class Precedents:
    """The requests of before, by their signs: by recipe those that it answers, and those that none does."""

    def __init__(self, inside: Mapping[str, Sequence[Signs]], outside: Sequence[Signs], vocabulary: Vocabulary) -> None:
        self._vocabulary = vocabulary
        labelled = [(name, request) for name, requests in inside.items() for request in requests]
        labelled += [(_OUTSIDE, request) for request in outside]
        words = [(name, set(vocabulary.alike(request))) for name, request in labelled]
        self._count = len(words)
        self._having = Counter(word for _, held in words for word in held)
        self._by_recipe = {name: Counter[str]() for name in [*inside, _OUTSIDE]}
        self._postings: dict[str, list[tuple[int, float]]] = defaultdict(list)
        self._names = [name for name, _ in words]
        for number, (name, held) in enumerate(words):
            self._by_recipe[name].update(held)
            for word, weight in self._normalised(held).items():
                self._postings[word].append((number, weight))
        self._inside = sum((counts for name, counts in self._by_recipe.items() if name != _OUTSIDE), Counter[str]())
        self._totals = {name: counts.total() for name, counts in self._by_recipe.items()}

    def speaks_outside(self, stem: str) -> bool:
        """Whether a request that no recipe answers held `stem`."""
        return self._vocabulary.synonyms.get(stem, stem) in self._by_recipe[_OUTSIDE]

    def likeness(self, tokens: Sequence[Token], names: Sequence[str]) -> list[Likeness]:
        """What the request is like, for each of the recipes' `names`."""
        words = self._vocabulary.alike(signs(tokens))
        cosines = self._cosines(words)
        outside = cosines[_OUTSIDE]
        return [Likeness(cosines[name], outside, self._affinity(words, name)) for name in names]

    def _cosines(self, words: Sequence[str]) -> dict[str, float]:
        """By recipe, the cosine between a request of `words` and the one of its requests that is nearest."""
        sums: dict[int, float] = defaultdict(float)
        for word, weight in self._normalised(set(words)).items():
            for number, other in self._postings.get(word, ()):
                sums[number] += weight * other
        best: dict[str, float] = defaultdict(float)
        for number, cosine in sums.items():
            name = self._names[number]
            best[name] = max(best[name], cosine)
        return best

    def _normalised(self, words: set[str]) -> dict[str, float]:
        weights = {word: math.log((self._count + 1) / (self._having[word] + 0.5)) for word in sorted(words)}
        length = math.sqrt(math.fsum(weight**2 for weight in weights.values())) or 1.0
        return {word: weight / length for word, weight in weights.items()}

    def _affinity(self, words: Sequence[str], name: str) -> float:
        own, total = self._by_recipe[name], self._totals[name]
        others = self._inside.total() - total
        spread = _SMOOTHING * len(self._inside)
        return math.fsum(
            math.log((own[word] + _SMOOTHING) / (total + spread))
            - math.log((self._inside[word] - own[word] + _SMOOTHING) / (others + spread))
            for word in words
            if word in self._inside
        )
