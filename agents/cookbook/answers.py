"""What the book answers: a filled program, or in words why there is none."""

from collections.abc import Sequence
from dataclasses import dataclass

from agents.cookbook.program import Value, fill, literal
from agents.cookbook.recipe import Recipe

_MAX_REASON = 400


@dataclass(frozen=True)
class Filled:
    """A recipe's program with the values of the request in its constants.

    `edited`: the thread's current program, which somebody has changed by hand, when its constants are filled instead.
    """

    recipe: Recipe
    values: dict[str, Value]
    ignored: tuple[str, ...] = ()
    edited: str | None = None

    @property
    def title(self) -> str:
        """The recipe's title."""
        return self.recipe.title

    @property
    def code(self) -> str:
        """The program."""
        return fill(self.edited or self.recipe.program, self.values)

    @property
    def explanation(self) -> str:
        """Which recipe this is, with which values, and which words of the request played no part."""
        sentences = [f"From the offline cookbook's recipe “{self.title}”{self._settings()}."]
        if self.edited:
            sentences.append("The other changes that were made to the program by hand are kept.")
        if self.ignored:
            sentences.append(f"These words of the request played no part: {quoted(self.ignored)}.")
        return " ".join(sentences)

    def _settings(self) -> str:
        asked = [f"{name} = {literal(value)}" for name, value in self.values.items()]
        defaults = {} if self.edited else self.recipe.defaults
        rest = [f"{name} = {literal(value)}" for name, value in defaults.items() if name not in self.values]
        parts = [f"{', '.join(asked)} as asked"] * bool(asked) + [f"{', '.join(rest)} by default"] * bool(rest)
        return f", with {'; '.join(parts)}" if parts else ""


@dataclass(frozen=True)
class Declined:
    """Why the book has no program for a request, the recipe that comes nearest, and what may be done."""

    reason: str
    nearest: Recipe | None = None

    @property
    def text(self) -> str:
        """The answer for a person."""
        near = f" The closest recipe is “{self.nearest.title}”; try “{self.nearest.example}”." if self.nearest else ""
        return (
            "I am the offline cookbook, not a language model: I only know a set of tested Ray programs, and "
            f"{_shortened(self.reason)}.{near} A language model would write a program for this very "
            "request, and repair it when it fails: set RAYGEN_MODEL=provider:model to use one."
        )


Answer = Filled | Declined


def quoted(words: Sequence[str]) -> str:
    """`words` of a request as a list for a person."""
    return ", ".join(f"“{word}”" for word in words)


def _shortened(reason: str) -> str:
    """`reason`, cut where it quotes a request at length."""
    return reason if len(reason) <= _MAX_REASON else f"{reason[:_MAX_REASON]}…"
