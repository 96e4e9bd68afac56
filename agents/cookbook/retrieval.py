"""Which recipes a request is nearest to, and how much of the request a recipe covers."""

import math
from collections import Counter
from collections.abc import Collection, Mapping, Sequence

import bm25s  # type: ignore[import-untyped]  # the package has no types

from agents.cookbook.recipe import PLACEHOLDER, Recipe
from agents.cookbook.tokens import Signs, Token, signs, stems_of, tokenise
from agents.cookbook.vocabulary import Vocabulary

_HEADING_WEIGHT = 3
"""How often a recipe's title, tags and topics count in the ranking, where a request counts once."""


class Index:
    """BM25 over the recipes' headings, descriptions and requests, and each stem's rarity among the recipes.

    `inside`: by recipe, the signs of requests that people put for it.
    """

    def __init__(
        self, recipes: Sequence[Recipe], inside: Mapping[str, Sequence[Signs]], vocabulary: Vocabulary
    ) -> None:
        self._recipes = recipes
        self._vocabulary = vocabulary
        self.title_stems = frozenset(stem for recipe in recipes for stem in stems_of(recipe.title))
        self.card_stems = {recipe.name: _card_stems(recipe) for recipe in recipes}
        self._known = {
            recipe.name: frozenset(
                vocabulary.alike(self.card_stems[recipe.name] | _learned(recipe, inside.get(recipe.name, ())))
            )
            for recipe in recipes
        }
        self._recipes_with = Counter(stem for known in self._known.values() for stem in known)
        self._bm25 = bm25s.BM25()
        documents = [vocabulary.alike(_document(recipe, inside.get(recipe.name, ()))) for recipe in recipes]
        self._bm25.index(documents, show_progress=False)

    def nearest(self, tokens: Sequence[Token], count: int) -> list[tuple[Recipe, float]]:
        """At most `count` recipes that share a word with the request, and their scores, best first."""
        if not (words := self._vocabulary.alike(signs(tokens))):
            return []
        scores = self._bm25.get_scores(words).tolist()
        ranked = sorted(zip(self._recipes, scores, strict=True), key=lambda pair: -pair[1])
        return [(recipe, score) for recipe, score in ranked[:count] if score > 0]

    def knows(self, recipe: Recipe, stem: str) -> bool:
        """Whether `recipe` speaks of `stem`, or needs not to."""
        return self._is_granted(recipe, stem) or self._speaks_of(recipe, stem)

    def recipes_with(self, stem: str) -> int:
        """How many recipes speak of `stem`."""
        return self._recipes_with[self._vocabulary.synonyms.get(stem, stem)]

    def weights(self, recipe: Recipe, tokens: Sequence[Token], consumed: Collection[int]) -> tuple[float, float]:
        """The weight, by rarity, of the request's words that `recipe` speaks of or took as a value, and of them all."""
        total = covered = 0.0
        for position, token in enumerate(tokens):
            if token.kind == "mark" or self._is_granted(recipe, token.stem):
                continue
            weight = self._rarity(token.stem)
            total += weight
            covered += weight * (position in consumed or self._speaks_of(recipe, token.stem))
        return covered, total

    def coverage(self, recipe: Recipe, tokens: Sequence[Token], consumed: Collection[int]) -> float:
        """The share of the request's words, weighted by rarity, that `recipe` speaks of or took as a value.

        From 0 to 1; a request of common words alone is covered, and its topic has to decide.
        """
        covered, total = self.weights(recipe, tokens, consumed)
        return covered / total if total else 1.0

    def _is_granted(self, recipe: Recipe, stem: str) -> bool:
        return stem in self._vocabulary.granted or (not recipe.strict and stem in self._vocabulary.technical)

    def _speaks_of(self, recipe: Recipe, stem: str) -> bool:
        return self._vocabulary.synonyms.get(stem, stem) in self._known[recipe.name]

    def _rarity(self, stem: str) -> float:
        """BM25's own inverse document frequency: near 0 for a word of every recipe, highest for an unknown one."""
        having = self.recipes_with(stem)
        return math.log(1 + (len(self._recipes) - having + 0.5) / (having + 0.5))


def _document(recipe: Recipe, requests: Sequence[Signs]) -> list[str]:
    """What the ranking counts."""
    heading = stems_of(_plain(" ".join((recipe.title, *recipe.tags, *recipe.topics))))
    own = [signs(tokenise(text)) for text in (*recipe.paraphrases, recipe.example)]
    told = [sign for request in (*own, *requests) for sign in request]
    return [*heading * _HEADING_WEIGHT, *stems_of(recipe.description), *told]


def card_texts(recipe: Recipe) -> list[str]:
    """What may stand in a request for `recipe` by its card."""
    texts = (recipe.title, recipe.description, *recipe.tags, *recipe.topics, *recipe.paraphrases, *recipe.words)
    return [_plain(text) for text in (*texts, *recipe.phrases, *recipe.ways)]


def _card_stems(recipe: Recipe) -> frozenset[str]:
    return frozenset(stems_of(" ".join(card_texts(recipe))))


def _learned(recipe: Recipe, requests: Sequence[Signs]) -> frozenset[str]:
    """The stems of requests for `recipe`; none for a strict one, where they may be the names of columns."""
    return frozenset() if recipe.strict else frozenset(sign for request in requests for sign in request)


def _plain(text: str) -> str:
    """`text` without its placeholders."""
    return PLACEHOLDER.sub(" ", text)
