"""The cookbook: a request in words goes in, a filled program or an honest decline comes out."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache

from agents.cookbook.answers import Answer, Declined, Filled, quoted
from agents.cookbook.phrases import PhraseReader, Reading
from agents.cookbook.program import Value, constants, fill
from agents.cookbook.recipe import PLACEHOLDER, Recipe, load_recipes
from agents.cookbook.request import Request
from agents.cookbook.retrieval import Index, load_vocabulary
from agents.cookbook.tokens import Token, stems_of, tokenise

COVERAGE = 0.62
"""The share of a request that a recipe must cover; below it, most requests ask for something else."""
_SURE = 0.8
_LEAD = 1.1
_TELLING = 2
"""Without any of its topics a recipe that is not strict answers when it covers `_SURE` of at least `_TELLING` words,
and its score is `_LEAD` times the next one's."""
_CANDIDATES = 5
_OWN_WORD = 8
"""A title's word that more recipes than this speak of asks for none of them in particular."""
_TO_PRINT = frozenset(stems_of("print prints return returns report output"))
_FIGURES = frozenset(stems_of("sum number count total mean average product maximum minimum median"))
_BETWEEN = 3
"""A figure that is asked for stands at most so many tokens behind its verb: "print only the final sum"."""


@dataclass(frozen=True)
class _Fit:
    """How a recipe meets a request; `problems` are whole clauses, `ignored` words that it passes over."""

    recipe: Recipe
    score: float
    reading: Reading
    problems: tuple[str, ...]
    ignored: tuple[str, ...]

    @property
    def rank(self) -> tuple[bool, float]:
        """A recipe that fits stands before one that does not, then the better match."""
        return (not self.problems, self.score)


class Cookbook:
    """The book with its index; nothing in it changes once it is built, so that requests may share it."""

    def __init__(self, recipes: Sequence[Recipe]) -> None:
        self.recipes = tuple(recipes)
        self._vocabulary = load_vocabulary()
        self._index = Index(self.recipes, self._vocabulary)
        free = self._vocabulary.neutral | self._vocabulary.common
        self._readers = {r.name: PhraseReader(r, free | self._index.known(r), self._never_names(r)) for r in recipes}

    def answer(self, request: Request, current: str | None = None) -> Answer:
        """A program for `request` with its changes in it, or why there is none.

        `current` is the thread's current program: a change is made in it if somebody has edited the recipe's, and
        `request` itself may be nothing but a change of it.
        """
        fit = self._best(request.text)
        if fit is not None and not fit.problems:
            return self._changed(fit, request.changes, current)
        altered = self._altered(request, current) if current else None
        if altered is not None:
            return altered
        return Declined(fit.problems[0], fit.recipe) if fit else Declined("none of them is about this")

    def about(self, request: Request, text: str) -> bool:
        """Whether at least half of `text` is about the recipe that answers `request`."""
        fit = self._best(request.text)
        if fit is None or fit.problems:
            return False
        tokens = tokenise(text)
        return 2 * self._index.coverage(fit.recipe, tokens, self._read(tokens, fit.recipe).consumed) >= 1

    def nearest(self, text: str, count: int) -> tuple[Recipe, ...]:
        """At most `count` recipes that are about what `text` is about, the best match first, fitting or not."""
        return tuple(recipe for recipe, _ in self._index.nearest(tokenise(text), count))

    def refines(self, text: str) -> bool:
        """Whether `text` holds a word by which people change what they asked for before."""
        return any(token.stem in self._vocabulary.refining for token in tokenise(text))

    def _best(self, text: str) -> _Fit | None:
        tokens = tokenise(text)
        nearest = self._index.nearest(tokens, _CANDIDATES)
        leads = len(nearest) == 1 or (len(nearest) > 1 and nearest[0][1] >= _LEAD * nearest[1][1])
        fits = [
            self._fit(tokens, recipe, score, leads=leads and place == 0)
            for place, (recipe, score) in enumerate(nearest)
        ]
        return max(fits, key=lambda fit: fit.rank, default=None)

    def _fit(self, tokens: Sequence[Token], recipe: Recipe, score: float, *, leads: bool) -> _Fit:
        reading = self._read(tokens, recipe)
        coverage = self._index.coverage(recipe, tokens, reading.consumed)
        ignored = self._ignored(tokens, recipe, reading)
        sure = leads and not recipe.strict and coverage >= _SURE and self._index.telling(tokens) >= _TELLING
        problems = [] if sure or _on_topic(recipe, tokens, reading) else ["none of them does what this asks for"]
        problems += [*_figures(recipe, tokens), *reading.problems]
        problems += [*self._unplaced(tokens, recipe, reading), *_missing(recipe, reading)]
        if coverage < COVERAGE or (recipe.strict and ignored):
            problems.append(f"the closest one does not know what to make of {quoted(ignored)}")
        return _Fit(recipe, score * coverage, reading, tuple(problems), ignored)

    def _read(self, tokens: Sequence[Token], recipe: Recipe) -> Reading:
        return self._readers[recipe.name].read(tokens)

    def _unplaced(self, tokens: Sequence[Token], recipe: Recipe, reading: Reading) -> list[str]:
        """What the request demands and `recipe` cannot give: values without a constant, and demanding words."""
        return [
            f"the closest one has no place for “{token.surface}”"
            for position, token in enumerate(tokens)
            if self._is_unplaced(token, recipe, taken=position in reading.consumed)
        ]

    def _is_unplaced(self, token: Token, recipe: Recipe, *, taken: bool) -> bool:
        """Whether `token` asks for what `recipe` has not.

        A demanding word does even where a name could stand, but for a strict recipe, which understands every word.
        """
        if token.kind == "word":
            named = taken and (recipe.strict or token.stem not in self._vocabulary.demands)
            return not named and self._demands(token.stem) and not self._index.knows(recipe, token.stem)
        if token.kind == "number" and token.stem:
            return not taken and not self._index.knows(recipe, token.stem)
        return token.kind != "mark" and not taken

    def _never_names(self, recipe: Recipe) -> frozenset[str]:
        """Words that are no column even behind "by": particles, negations, and what the recipe is called by."""
        own = stems_of(" ".join((recipe.title, *recipe.tags, *recipe.ways)))
        return self._vocabulary.particles | self._vocabulary.no_names | frozenset(own)

    def _demands(self, stem: str) -> bool:
        """Whether `stem` always asks for something: by its nature, or because it is another recipe's title word."""
        own = stem in self._index.title_stems and self._index.recipes_with(stem) <= _OWN_WORD
        return own or stem in self._vocabulary.demands

    def _ignored(self, tokens: Sequence[Token], recipe: Recipe, reading: Reading) -> tuple[str, ...]:
        words = (
            token.surface
            for position, token in enumerate(tokens)
            if token.kind == "word" and position not in reading.consumed and not self._index.knows(recipe, token.stem)
        )
        return tuple(dict.fromkeys(words))

    def _changed(self, fit: _Fit, changes: Sequence[str], current: str | None) -> Answer:
        """The recipe of `fit` with each change's values over the earlier ones."""
        recipe, values, last = fit.recipe, dict(fit.reading.values), dict(fit.reading.values)
        for change in changes:
            tokens = tokenise(change)
            reading = self._read(tokens, recipe)
            problem = next(self._change_problems(tokens, recipe, reading), None)
            if problem:
                return Declined(problem, recipe)
            rivals = recipe.rivals(reading.values)
            last = {name: recipe.defaults[name] for name in rivals} | reading.values
            values = {name: value for name, value in values.items() if name not in rivals} | reading.values
        if changes and current and not _is_filled_from(recipe, current):
            return _edited(recipe, last, current)
        return Filled(recipe, values, fit.ignored)

    def _altered(self, request: Request, current: str) -> Filled | None:
        """`current`, if it is a recipe's program, with `request` understood as a change of it; None if it is none."""
        recipe = next((recipe for recipe in self.recipes if _is_filled_from(recipe, current)), None)
        if recipe is None or request.changes:
            return None
        held = {name: value for name, value in constants(current).items() if recipe.defaults.get(name, value) != value}
        before = _Fit(recipe, 0.0, Reading(held, frozenset()), (), ())
        answer = self._changed(before, [request.text], None)
        return answer if isinstance(answer, Filled) else None

    def _change_problems(self, tokens: Sequence[Token], recipe: Recipe, reading: Reading) -> Iterator[str]:
        """Why a change cannot be made: stricter than for a request, every word of it must be understood."""
        yield from reading.problems
        yield from self._unplaced(tokens, recipe, reading)
        unknown = [word for word in self._ignored(tokens, recipe, reading) if not self.refines(word)]
        if unknown or not reading.values:
            yield f"this change is none that the recipe can take; it has {_parameters(recipe)}"


@cache
def shipped_book() -> Cookbook:
    """The book that is shipped, read once in a process: it takes a fifth of a second."""
    return Cookbook(load_recipes())


def _on_topic(recipe: Recipe, tokens: Sequence[Token], reading: Reading) -> bool:
    stems = {token.stem for token in tokens}
    return any(
        set(stems_of(PLACEHOLDER.sub(" ", topic))) <= stems and set(PLACEHOLDER.findall(topic)) <= set(reading.values)
        for topic in recipe.topics
    )


def _figures(recipe: Recipe, tokens: Sequence[Token]) -> list[str]:
    """What a request wants printed and a program on material of its own cannot: "print the sum of the squares"."""
    if not recipe.shows:
        return []
    wanted = (
        token.surface
        for at, verb in enumerate(tokens)
        if verb.stem in _TO_PRINT
        for token in tokens[at + 1 : at + 2 + _BETWEEN]
        if token.stem in _FIGURES
    )
    return [f"the closest one shows how it works, and does not compute the {figure} asked for" for figure in wanted]


def _missing(recipe: Recipe, reading: Reading) -> list[str]:
    return [
        f"the closest one needs to be told {parameter.meaning}"
        for name, parameter in recipe.parameters.items()
        if parameter.required and name not in reading.values
    ]


def _parameters(recipe: Recipe) -> str:
    named = [f"{name} ({parameter.meaning})" for name, parameter in recipe.parameters.items()]
    return ", ".join(named) or "no parameters"


def _is_filled_from(recipe: Recipe, program: str) -> bool:
    """Whether `program` is the recipe's own, whatever its constants hold."""
    try:
        return fill(program, recipe.defaults) == fill(recipe.program, recipe.defaults)
    except (KeyError, SyntaxError, ValueError):
        return False


def _edited(recipe: Recipe, values: dict[str, Value], current: str) -> Answer:
    """The current program with `values`, if it still has the constants that hold them."""
    try:
        kept = set(values) <= set(constants(current))
    except (SyntaxError, ValueError):
        kept = False
    if not kept:
        return Declined("the current program has been changed by hand, so that I do not know my way in it", recipe)
    return Filled(recipe, values, edited=current)
