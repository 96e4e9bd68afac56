"""Requests as people put them: what the book learns a recipe's words from, and what it learns to decline from.

Two collections. `asked.json` is what its judgement is trained on and measured by. `asked_otherwise.json` is by writers
who go out of their way not to use a recipe's own words; the book learns from it what else a recipe is called, and
nothing about how sure it has to be: trained on as well, it wants far more of every ordinary request.
"""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from importlib.resources import files
from typing import Self


@dataclass(frozen=True)
class Asked:
    """`inside`: by recipe, requests that it answers. `outside`: by kind, requests that no recipe does."""

    inside: Mapping[str, Sequence[str]]
    outside: Mapping[str, Sequence[str]]

    def __add__(self, other: Self) -> Self:
        """The requests of both."""
        return type(self)(_joined(self.inside, other.inside), _joined(self.outside, other.outside))

    @property
    def answered(self) -> list[tuple[str, str]]:
        """Each recipe's name with one of its requests."""
        return [(name, text) for name, texts in self.inside.items() for text in texts]

    @property
    def declined(self) -> list[str]:
        """The requests that no recipe answers."""
        return [text for texts in self.outside.values() for text in texts]

    def fold(self, number: int, folds: int) -> tuple["Asked", "Asked"]:
        """What is left without every `folds`-th request of each recipe and kind, counted from `number`, and those."""
        return self._chosen(lambda at: at % folds != number), self._chosen(lambda at: at % folds == number)

    def _chosen(self, wanted: Callable[[int], bool]) -> "Asked":
        def kept(texts: Sequence[str]) -> list[str]:
            return [text for at, text in enumerate(texts) if wanted(at)]

        return Asked(
            {name: kept(texts) for name, texts in self.inside.items()},
            {kind: kept(texts) for kind, texts in self.outside.items()},
        )


def load_asked() -> Asked:
    """The requests that the judgement is trained on."""
    return _loaded("asked.json")


def load_asked_otherwise() -> Asked:
    """The requests that only words are learned from."""
    return _loaded("asked_otherwise.json")


def _loaded(name: str) -> Asked:
    return Asked(**json.loads((files("agents.cookbook") / name).read_text(encoding="utf-8")))


def _joined(some: Mapping[str, Sequence[str]], more: Mapping[str, Sequence[str]]) -> dict[str, Sequence[str]]:
    return {name: [*some.get(name, ()), *more.get(name, ())] for name in dict.fromkeys([*some, *more])}
