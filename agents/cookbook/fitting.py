"""How a recipe meets a request: the values it takes, what it has no place for, and how sure the match is."""

from collections.abc import Sequence
from dataclasses import dataclass

from agents.cookbook.answers import quoted
from agents.cookbook.asked import Asked
from agents.cookbook.evidence import Evidence, Judgement
from agents.cookbook.likeness import Likeness, Precedents
from agents.cookbook.phrases import PhraseReader, Reading
from agents.cookbook.recipe import PLACEHOLDER, Recipe, Text
from agents.cookbook.refusals import figures, missing
from agents.cookbook.retrieval import Index, card_texts
from agents.cookbook.spelling import Spelling
from agents.cookbook.tokens import Signs, Token, signs, stems_of, tokenise
from agents.cookbook.vocabulary import Vocabulary

_CANDIDATES = 4
_OWN_WORD = 8
"""A title's word that more recipes than this speak of asks for none of them in particular."""
_LOOSE = frozenset({"one"})
"""A number that is said without counting anything, as in "one process fills it"; for the judgement it is a word."""
_WORDS = 3
"""Fewer different words say nothing, unless they name a topic."""
_BEFORE_SETTING = frozenset({"=", "(", "["})
_NONE = "none of them does what this asks for"
_ASSURED = 0.75
"""The share of the threshold that is enough where a request names a file and columns that are known to be there."""


_Topic = tuple[frozenset[str], frozenset[str]]
"""The stems that a request must hold, and the parameters that it must name."""


@dataclass(frozen=True)
class Fit:
    """How a recipe meets a request; `problems` are whole clauses, `ignored` words that it passes over.

    `chance`: how likely it is that the recipe is asked for; without a judgement the share that it covers.
    """

    recipe: Recipe
    reading: Reading
    evidence: Evidence
    chance: float
    problems: tuple[str, ...]
    ignored: tuple[str, ...]

    @property
    def rank(self) -> tuple[bool, float]:
        """A recipe that fits stands before one that does not, then the surer match."""
        return (not self.problems, self.chance)


@dataclass(frozen=True)
class _Meeting:
    """A recipe that is near a request, with what is certain about it."""

    recipe: Recipe
    score: float
    reading: Reading
    problems: tuple[str, ...]
    ignored: tuple[str, ...]


class Fitter:
    """Reads requests for every recipe; nothing in it changes once it is built.

    Without a `judgement` only what is certain is a problem: that is what a judgement is trained on.
    """

    def __init__(
        self, recipes: Sequence[Recipe], asked: Asked, vocabulary: Vocabulary, judgement: Judgement | None = None
    ) -> None:
        self._vocabulary = vocabulary
        self._judgement = judgement
        inside = {name: [signs(tokenise(text)) for text in texts] for name, texts in asked.inside.items()}
        outside = [signs(tokenise(text)) for text in asked.declined]
        self._index = Index(recipes, inside, vocabulary)
        self._spelling = _spelling(
            self._index, recipes, [*outside, *(one for each in inside.values() for one in each)], vocabulary
        )
        self._precedents = Precedents(inside, outside, vocabulary)
        self._topics = {recipe.name: _topics(recipe) for recipe in recipes}
        self._readers = {
            recipe.name: PhraseReader(
                recipe, vocabulary.free | self._index.card_stems[recipe.name], self._never_names(recipe)
            )
            for recipe in recipes
        }

    def best(self, text: str, *, assured: bool = False) -> Fit | None:
        """The recipe that fits best, or the nearest one with the problems that it has; None if none is near.

        `assured`: the file and the columns that `text` names are known to be there.
        """
        return max(self.fits(text, assured=assured), key=lambda fit: fit.rank, default=None)

    def fits(self, text: str, *, assured: bool = False) -> list[Fit]:
        """The few recipes that are nearest to `text`, with how they meet it."""
        tokens = self._tokens(text)
        nearest = self._index.nearest(tokens, _CANDIDATES)
        likenesses = self._precedents.likeness(tokens, [recipe.name for recipe, _ in nearest])
        met = [self._meeting(tokens, recipe, score) for recipe, score in nearest]
        return [
            self._judged(meeting, self._evidence(tokens, meeting, likeness, _lead(met, place)), assured=assured)
            for place, (meeting, likeness) in enumerate(zip(met, likenesses, strict=True))
        ]

    def nearest(self, text: str, count: int) -> tuple[Recipe, ...]:
        """At most `count` recipes that are about what `text` is about, the best match first, fitting or not."""
        return tuple(recipe for recipe, _ in self._index.nearest(self._tokens(text), count))

    def covers(self, recipe: Recipe, text: str) -> float:
        """The share of `text` that is about `recipe`, from 0 to 1."""
        tokens = tokenise(text)
        return self._index.coverage(recipe, tokens, self.read(tokens, recipe).consumed)

    def read(self, tokens: Sequence[Token], recipe: Recipe) -> Reading:
        """The values that `tokens` name for the parameters of `recipe`."""
        return self._readers[recipe.name].read(tokens)

    def unplaced(self, tokens: Sequence[Token], recipe: Recipe, reading: Reading) -> list[str]:
        """What the request demands and `recipe` cannot give: values without a constant, and demanding words."""
        return [
            f"the closest one has no place for “{token.surface}”"
            for position, token in enumerate(tokens)
            if self._is_unplaced(token, recipe, taken=position in reading.consumed)
            and not (position and self._is_setting(tokens[position - 1], token, recipe))
        ]

    def ignored(self, tokens: Sequence[Token], recipe: Recipe, reading: Reading) -> tuple[str, ...]:
        """The words that `recipe` knows nothing of, each once."""
        return tuple(dict.fromkeys(token.surface for token in self._unknown(tokens, recipe, reading)))

    def not_understood(self, tokens: Sequence[Token], recipe: Recipe, reading: Reading) -> tuple[str, ...]:
        """The words that neither the card of `recipe` speaks of nor every recipe may be asked with, each once."""
        understood = self._vocabulary.free | self._index.card_stems[recipe.name]
        words = (
            token.surface
            for position, token in enumerate(tokens)
            if token.kind == "word" and position not in reading.consumed and token.stem not in understood
        )
        return tuple(dict.fromkeys(words))

    def _tokens(self, text: str) -> list[Token]:
        return self._spelling.corrected(tokenise(text))

    def _meeting(self, tokens: Sequence[Token], recipe: Recipe, score: float) -> _Meeting:
        reading = self.read(tokens, recipe)
        ignored = self.ignored(tokens, recipe, reading)
        vague = len({token.stem for token in tokens} - {""}) < _WORDS and not self._on_topic(recipe, tokens, reading)
        problems = [_NONE] * vague + [*figures(recipe, tokens), *reading.problems]
        problems += [*self.unplaced(tokens, recipe, reading), *missing(recipe, reading)]
        problems += [_not_known(ignored)] * bool(recipe.strict and ignored)
        return _Meeting(recipe, score, reading, tuple(problems), ignored)

    def _judged(self, meeting: _Meeting, evidence: Evidence, *, assured: bool) -> Fit:
        recipe, problems, ignored = meeting.recipe, meeting.problems, meeting.ignored
        chance = self._judgement.chance(evidence) if self._judgement else evidence.coverage
        if self._judgement and chance < self._judgement.threshold * (_ASSURED if assured else 1):
            problems = (*problems, _not_known(ignored)) if evidence.topic and ignored else (_NONE, *problems)
        return Fit(recipe, meeting.reading, evidence, chance, problems, ignored)

    def _evidence(self, tokens: Sequence[Token], meeting: _Meeting, likeness: Likeness, lead: float) -> Evidence:
        recipe, reading = meeting.recipe, meeting.reading
        covered, total = self._index.weights(recipe, tokens, reading.consumed)
        coverage = covered / total if total else 1.0
        topic = float(self._on_topic(recipe, tokens, reading))
        words = self._unknown(tokens, recipe, reading)
        unknown = {token.stem for token in words}
        return Evidence(
            coverage=coverage,
            topic=topic,
            covered_topic=coverage * topic,
            uncovered=(total - covered) / 4,
            said=total / 10,
            lead=lead,
            unknown=min(len(unknown), 4),
            foreign=min(sum(map(self._is_foreign, unknown)), 4),
            others=min(sum(map(self._is_anothers, unknown)), 3),
            strange=min(sum(not self._index.recipes_with(stem) for stem in unknown), 4),
            proper=min(sum(token is not tokens[0] and token.surface[0].isupper() for token in words), 2),
            likeness=likeness.to_recipe,
            unlikeness=likeness.to_outside,
            affinity=max(-1.0, min(3.0, likeness.affinity / 10)),
            shows=float(recipe.shows),
        )

    def _on_topic(self, recipe: Recipe, tokens: Sequence[Token], reading: Reading) -> bool:
        stems = {token.stem for token in tokens}
        return any(words <= stems and named <= set(reading.values) for words, named in self._topics[recipe.name])

    def _unknown(self, tokens: Sequence[Token], recipe: Recipe, reading: Reading) -> list[Token]:
        return [
            token
            for position, token in enumerate(tokens)
            if (token.kind == "word" or token.stem in _LOOSE)
            and position not in reading.consumed
            and not (self._index.knows(recipe, token.stem) and not (recipe.strict and _is_name(tokens, position)))
        ]

    def _is_unplaced(self, token: Token, recipe: Recipe, *, taken: bool) -> bool:
        """Whether `token` asks for what `recipe` has not.

        A demanding word does even where a name could stand, but for a strict recipe, which understands every word. So
        does one that holds a figure, as "10ms".
        """
        if token.kind == "word":
            demands = token.stem in self._vocabulary.demands and not self._index.knows(recipe, token.stem)
            measured = any(map(str.isdigit, token.surface)) and not taken and not self._index.knows(recipe, token.stem)
            return measured or (demands and not (taken and recipe.strict))
        if token.kind == "number" and token.stem:
            return not taken and token.stem not in _LOOSE and not self._index.knows(recipe, token.stem)
        return token.kind != "mark" and not taken and token.value not in recipe.numbers

    def _is_setting(self, before: Token, token: Token, recipe: Recipe) -> bool:
        """Whether `token` is a quoted word of code that the card speaks of and no choice: concurrency_group="io"."""
        stems = set(stems_of(token.surface)) if token.kind == "text" and before.surface in _BEFORE_SETTING else set()
        takes_text = any(isinstance(parameter, Text) for parameter in recipe.parameters.values())
        choices = set(stems_of(" ".join(recipe.ways)))
        known = self._index.card_stems[recipe.name] - choices
        return bool(stems) and token.surface.isidentifier() and stems <= known and not takes_text

    def _never_names(self, recipe: Recipe) -> frozenset[str]:
        """Words that are no column even behind "by": particles, negations, and what the recipe is called by."""
        own = stems_of(" ".join((recipe.title, *recipe.tags, *recipe.ways)))
        return self._vocabulary.particles | self._vocabulary.no_names | frozenset(own)

    def _is_foreign(self, stem: str) -> bool:
        """Whether requests that no recipe answers speak of `stem`."""
        return stem in self._vocabulary.foreign or self._precedents.speaks_outside(stem)

    def _is_anothers(self, stem: str) -> bool:
        """Whether `stem` stands for other recipes, as a word of their titles."""
        return stem in self._index.title_stems and self._index.recipes_with(stem) <= _OWN_WORD


def _lead(met: Sequence[_Meeting], place: int) -> float:
    """How far the score at `place` stands before the best other one without a problem, in shares of the best."""
    others = [meeting.score for at, meeting in enumerate(met) if at != place and not meeting.problems]
    return (met[place].score - max(others, default=0.0)) / met[0].score


def _is_name(tokens: Sequence[Token], position: int) -> bool:
    """Whether the word at `position` is tied to another one, as in "order_date": what else could it be in a request?"""
    return any(token.glue is not None for token in tokens[position : position + 2])


def _spelling(index: Index, recipes: Sequence[Recipe], asked: Sequence[Signs], vocabulary: Vocabulary) -> Spelling:
    """The words of the cards, and whatever else somebody has said before."""
    texts = (text for recipe in recipes for text in card_texts(recipe))
    cards = (stem for recipe in recipes for stem in index.card_stems[recipe.name])
    return Spelling(texts, {*cards, *(sign for request in asked for sign in request), *vocabulary.words})


def _not_known(ignored: Sequence[str]) -> str:
    return f"the closest one does not know what to make of {quoted(ignored)}"


def _topics(recipe: Recipe) -> list[_Topic]:
    return [
        (frozenset(stems_of(PLACEHOLDER.sub(" ", topic))), frozenset(PLACEHOLDER.findall(topic)))
        for topic in recipe.topics
    ]
