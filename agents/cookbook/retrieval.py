"""Which recipes a request is nearest to, and how much of the request a recipe covers."""

import json
import math
from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from importlib.resources import files

import bm25s  # type: ignore[import-untyped]  # the package has no types

from agents.cookbook.recipe import PLACEHOLDER, Recipe
from agents.cookbook.tokens import Token, stems_of

_TITLE_WEIGHT = 3
"""How often a recipe's title and tags count in the ranking, where a paraphrase counts once."""


@dataclass(frozen=True)
class Vocabulary:
    """Stems with a part of their own, whatever the recipe.

    `neutral`: say nothing about what is wanted. `particles`: neutral, and never the name of a column or the like.
    `no_names`: never such a name either. `common`: tell recipes apart, but none of them asks for more than the book
    gives. `refining`: neutral in a change of an earlier request. `demands`: ask for something that only a recipe
    which speaks of it can give, and are never passed over.
    """

    particles: frozenset[str]
    no_names: frozenset[str]
    neutral: frozenset[str]
    common: frozenset[str]
    refining: frozenset[str]
    demands: frozenset[str]


def load_vocabulary() -> Vocabulary:
    """The vocabulary that is shipped with the book."""
    text = (files("agents.cookbook") / "vocabulary.json").read_text(encoding="utf-8")
    parts = {part: frozenset(stems_of(" ".join(lines))) for part, lines in json.loads(text).items()}
    return Vocabulary(**parts | {"neutral": parts["neutral"] | parts["particles"]})


class Index:
    """BM25 over the recipes' titles, tags, descriptions and paraphrases, and each stem's rarity among them."""

    def __init__(self, recipes: Sequence[Recipe], vocabulary: Vocabulary) -> None:
        self._recipes = recipes
        self._neutral = vocabulary.neutral
        self.title_stems = frozenset(stem for recipe in recipes for stem in stems_of(recipe.title))
        self._free = vocabulary.neutral | vocabulary.common
        self._known = {recipe.name: _known_stems(recipe) for recipe in recipes}
        self._recipes_with = Counter(stem for known in self._known.values() for stem in known)
        self._bm25 = bm25s.BM25()
        self._bm25.index([_document(recipe) for recipe in recipes], show_progress=False)

    def nearest(self, tokens: Sequence[Token], count: int) -> list[tuple[Recipe, float]]:
        """At most `count` recipes that share a telling word with the request, and their scores, best first."""
        stems = [token.stem for token in tokens if token.stem]
        telling = [stem for stem in stems if stem not in self._neutral]
        if not stems:
            return []
        scores = self._bm25.get_scores(telling or stems).tolist()
        ranked = sorted(zip(self._recipes, scores, strict=True), key=lambda pair: -pair[1])
        return [(recipe, score) for recipe, score in ranked[:count] if score > 0]

    def knows(self, recipe: Recipe, stem: str) -> bool:
        """Whether `recipe` speaks of `stem`, or needs not to."""
        return stem in self._free or stem in self._known[recipe.name]

    def known(self, recipe: Recipe) -> frozenset[str]:
        """The stems that `recipe` speaks of."""
        return self._known[recipe.name]

    def recipes_with(self, stem: str) -> int:
        """How many recipes speak of `stem`."""
        return self._recipes_with[stem]

    def telling(self, tokens: Sequence[Token]) -> int:
        """How many different words of the request are more than common."""
        return len({token.stem for token in tokens if token.stem} - self._free)

    def coverage(self, recipe: Recipe, tokens: Sequence[Token], consumed: Collection[int]) -> float:
        """The share of the request's words, weighted by rarity, that `recipe` speaks of or took as a value.

        From 0 to 1; a request of common words alone is covered, and its topic has to decide.
        """
        total = covered = 0.0
        for position, token in enumerate(tokens):
            if token.kind == "mark" or token.stem in self._free:
                continue
            weight = self._rarity(token.stem)
            total += weight
            covered += weight * (position in consumed or token.stem in self._known[recipe.name])
        return covered / total if total else 1.0

    def _rarity(self, stem: str) -> float:
        """BM25's own inverse document frequency: near 0 for a word of every recipe, highest for an unknown one."""
        having = self._recipes_with[stem]
        return math.log(1 + (len(self._recipes) - having + 0.5) / (having + 0.5))


def _document(recipe: Recipe) -> list[str]:
    """The stems that the ranking counts."""
    heading = " ".join((recipe.title, *recipe.tags, *recipe.topics))
    return stems_of(" ".join([_plain(heading)] * _TITLE_WEIGHT + [recipe.description, *recipe.paraphrases]))


def _known_stems(recipe: Recipe) -> frozenset[str]:
    """Every stem that may stand in a request for `recipe` without asking for more than it does."""
    texts = (recipe.title, recipe.description, *recipe.tags, *recipe.topics, *recipe.paraphrases, *recipe.words)
    return frozenset(stems_of(_plain(" ".join((*texts, *recipe.phrases, *recipe.ways)))))


def _plain(text: str) -> str:
    """`text` without its placeholders."""
    return PLACEHOLDER.sub(" ", text)
