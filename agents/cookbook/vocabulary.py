"""Words with a part of their own in every request, whatever the recipe."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from importlib.resources import files

from agents.cookbook.tokens import stems_of


@dataclass(frozen=True)
class Vocabulary:
    """Stems with a part of their own, whatever the recipe.

    `neutral`: say nothing about what is wanted. `particles`: neutral, and never the name of a column or the like.
    `no_names`: never such a name either. `common`: tell recipes apart, but none of them asks for more than the book
    gives. `ordinary`: say as little, but may be names. `refining`: neutral in a change of an earlier request.
    `demands`: ask for something that only a recipe which speaks of it can give, and are never passed over.
    `foreign`: words of fields and systems that the book mostly has nothing of, which speak against a recipe that
    does not know them.
    """

    particles: frozenset[str]
    no_names: frozenset[str]
    neutral: frozenset[str]
    common: frozenset[str]
    ordinary: frozenset[str]
    refining: frozenset[str]
    demands: frozenset[str]
    foreign: frozenset[str]
    technical: frozenset[str]
    synonyms: Mapping[str, str]

    def alike(self, stems: Iterable[str]) -> list[str]:
        """`stems`, each group of synonyms by one of them."""
        return [self.synonyms.get(stem, stem) for stem in stems]

    @cached_property
    def words(self) -> frozenset[str]:
        """Every stem of any part."""
        said = self.granted | self.no_names | self.refining | self.demands | self.foreign | self.technical
        return said | frozenset(self.synonyms)

    @cached_property
    def free(self) -> frozenset[str]:
        """What may stand anywhere in a request for any recipe, and is no name."""
        return self.neutral | self.common

    @cached_property
    def granted(self) -> frozenset[str]:
        """What any recipe may be asked with."""
        return self.free | self.ordinary


def load_vocabulary() -> Vocabulary:
    """The vocabulary that is shipped with the book."""
    text = (files("agents.cookbook") / "vocabulary.json").read_text(encoding="utf-8")
    groups = json.loads(text)
    synonyms = {stem: group[0] for group in map(stems_of, groups.pop("synonyms")) for stem in group}
    parts = {part: frozenset(stems_of(" ".join(lines))) for part, lines in groups.items()}
    return Vocabulary(**parts | {"neutral": parts["neutral"] | parts["particles"]}, synonyms=synonyms)
