"""The cookbook: a request in words goes in, a filled program or an honest decline comes out."""

from collections.abc import Iterator, Sequence
from functools import cache

from agents.cookbook.answers import Answer, Declined, Filled
from agents.cookbook.asked import Asked, load_asked, load_asked_otherwise
from agents.cookbook.evidence import Judgement, load_judgement
from agents.cookbook.fitting import Fitter
from agents.cookbook.phrases import Reading
from agents.cookbook.program import Value, constants, fill
from agents.cookbook.recipe import Recipe, load_recipes
from agents.cookbook.request import Request
from agents.cookbook.tokens import Token, tokenise
from agents.cookbook.vocabulary import load_vocabulary


class Cookbook:
    """The book with its index; nothing in it changes once it is built, so that requests may share it."""

    def __init__(self, recipes: Sequence[Recipe], asked: Asked, judgement: Judgement) -> None:
        self.recipes = tuple(recipes)
        self._vocabulary = load_vocabulary()
        self._fitter = Fitter(self.recipes, asked, self._vocabulary, judgement)

    def answer(self, request: Request, current: str | None = None, *, assured: bool = False) -> Answer:
        """A program for `request` with its changes in it, or why there is none.

        `current` is the thread's current program: a change is made in it if somebody has edited the recipe's, and
        `request` itself may be nothing but a change of it. `assured`: the file and the columns that it names are there.
        """
        fit = self._fitter.best(request.text, assured=assured)
        if fit is not None and not fit.problems:
            return self._changed(fit.recipe, fit.reading, fit.ignored, request.changes, current)
        altered = self._altered(request, current) if current else None
        if altered is not None:
            return altered
        return Declined(fit.problems[0], fit.recipe) if fit else Declined("none of them is about this")

    def about(self, request: Request, text: str) -> bool:
        """Whether at least half of `text` is about the recipe that answers `request`."""
        fit = self._fitter.best(request.text)
        if fit is None or fit.problems:
            return False
        return 2 * self._fitter.covers(fit.recipe, text) >= 1

    def nearest(self, text: str, count: int) -> tuple[Recipe, ...]:
        """At most `count` recipes that are about what `text` is about, the best match first, fitting or not."""
        return self._fitter.nearest(text, count)

    def refines(self, text: str) -> bool:
        """Whether `text` holds a word by which people change what they asked for before."""
        return any(token.stem in self._vocabulary.refining for token in tokenise(text))

    def _changed(
        self, recipe: Recipe, reading: Reading, ignored: tuple[str, ...], changes: Sequence[str], current: str | None
    ) -> Answer:
        """The recipe with the values of `reading`, and each change's over the earlier ones."""
        values, last = dict(reading.values), dict(reading.values)
        for change in changes:
            tokens = tokenise(change)
            reading = self._fitter.read(tokens, recipe)
            problem = next(self._change_problems(tokens, recipe, reading), None)
            if problem:
                return Declined(problem, recipe)
            rivals = recipe.rivals(reading.values)
            last = {name: recipe.defaults[name] for name in rivals} | reading.values
            values = {name: value for name, value in values.items() if name not in rivals} | reading.values
        if changes and current and not _is_filled_from(recipe, current):
            return _edited(recipe, last, current)
        return Filled(recipe, values, ignored)

    def _altered(self, request: Request, current: str) -> Filled | None:
        """`current`, if it is a recipe's program, with `request` understood as a change of it; None if it is none."""
        recipe = next((recipe for recipe in self.recipes if _is_filled_from(recipe, current)), None)
        if recipe is None or request.changes:
            return None
        held = {name: value for name, value in constants(current).items() if recipe.defaults.get(name, value) != value}
        answer = self._changed(recipe, Reading(held, frozenset()), (), [request.text], None)
        return answer if isinstance(answer, Filled) else None

    def _change_problems(self, tokens: Sequence[Token], recipe: Recipe, reading: Reading) -> Iterator[str]:
        """Why a change cannot be made: stricter than for a request, every word of it must be understood."""
        yield from reading.problems
        yield from self._fitter.unplaced(tokens, recipe, reading)
        unknown = [word for word in self._fitter.not_understood(tokens, recipe, reading) if not self.refines(word)]
        if unknown or not reading.values:
            yield f"this change is none that the recipe can take; it has {_parameters(recipe)}"


@cache
def shipped_book() -> Cookbook:
    """The book that is shipped, read once in a process: it takes a second and a half of a processor."""
    return Cookbook(load_recipes(), load_asked() + load_asked_otherwise(), load_judgement())


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
