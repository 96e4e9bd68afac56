"""Requests as people put them: what the book learns a recipe's words from, and what it learns to decline from."""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from importlib.resources import files


@dataclass(frozen=True)
class Asked:
    """`inside`: by recipe, requests that it answers. `outside`: by kind, requests that no recipe does."""

    inside: Mapping[str, Sequence[str]]
    outside: Mapping[str, Sequence[str]]

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
    """The requests that are shipped with the book."""
    return Asked(**json.loads((files("agents.cookbook") / "asked.json").read_text(encoding="utf-8")))
