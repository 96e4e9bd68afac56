"""Checkers: whether a program that has run did what was asked for, by what its output means and by what it uses."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import chain
from math import isclose
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from evals.program_names import names_used, texts_of

_NUMBER = re.compile(r"(?<![\w.])(?<!\d-)[-+−]?(?:\d{1,3}(?:,\d{3})+(?!\d)|\d+)(?:\.\d+)?(?:[eE][-+]?\d+)?")


@dataclass(frozen=True)
class Evidence:
    """What a program left: its text, its output, and how many files it saved."""

    code: str
    output: str
    files_saved: int = 0

    @property
    def numbers(self) -> list[float]:
        """The numbers of the output, in order."""
        return numbers_in(self.output)


class Check(BaseModel):
    """The base of all checkers; `problem` says what is wrong, as a clause, or None."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    def problem(self, evidence: Evidence) -> str | None:
        """What is wrong, or None."""
        raise NotImplementedError


class Numbers(Check):
    """These numbers stand in the output in this order, with any others between them."""

    kind: Literal["numbers"]
    values: tuple[float, ...]
    tolerance: float = 0.0

    def problem(self, evidence: Evidence) -> str | None:
        """The first number that is missing."""
        rest = iter(evidence.numbers)
        for value in self.values:
            if not any(_same(value, number, self.tolerance) for number in rest):
                return f"the output has no {value:g} where it belongs"
        return None


class Contains(Check):
    """These numbers stand in the output, in any order."""

    kind: Literal["contains"]
    values: tuple[float, ...]

    def problem(self, evidence: Evidence) -> str | None:
        """The numbers that are missing."""
        missing = [v for v in self.values if not any(_same(v, number) for number in evidence.numbers)]
        return f"the output lacks {', '.join(f'{value:g}' for value in missing)}" if missing else None


class Last(Check):
    """These are the last numbers of the output."""

    kind: Literal["last"]
    values: tuple[float, ...]

    def problem(self, evidence: Evidence) -> str | None:
        """What the output ends with instead."""
        end = evidence.numbers[-len(self.values) :]
        same = len(end) == len(self.values) and all(map(_same, self.values, end))
        return None if same else f"the output ends with {', '.join(f'{n:g}' for n in end) or 'no number'}"


class Between(Check):
    """One of the numbers lies in this range, its ends included."""

    kind: Literal["between"]
    low: float
    high: float

    def problem(self, evidence: Evidence) -> str | None:
        """That there is none."""
        found = any(self.low <= number <= self.high for number in evidence.numbers)
        return None if found else f"no number of the output lies between {self.low:g} and {self.high:g}"


class Count(Check):
    """There are at least so many numbers in the output: for what prints figures that nobody can foresee."""

    kind: Literal["count"]
    at_least: int

    def problem(self, evidence: Evidence) -> str | None:
        """How many there are instead."""
        found = len(evidence.numbers)
        return None if found >= self.at_least else f"the output has {found} numbers"


class Pairs(Check):
    """For each pair there is a line that holds the name, as a word, and the number."""

    kind: Literal["pairs"]
    pairs: dict[str, float]

    def problem(self, evidence: Evidence) -> str | None:
        """The pairs that are missing."""
        missing = [name for name, value in self.pairs.items() if not _has_pair(evidence.output, name, value)]
        return f"no line has the right number for {', '.join(missing)}" if missing else None


class Words(Check):
    """These texts stand in the output, in upper or lower case."""

    kind: Literal["words"]
    words: tuple[str, ...]

    def problem(self, evidence: Evidence) -> str | None:
        """The texts that are missing."""
        missing = [word for word in self.words if word.casefold() not in evidence.output.casefold()]
        return f"the output lacks {', '.join(missing)}" if missing else None


class Never(Check):
    """None of these texts stands in the output."""

    kind: Literal["never"]
    words: tuple[str, ...]

    def problem(self, evidence: Evidence) -> str | None:
        """The texts that do."""
        found = [word for word in self.words if word.casefold() in evidence.output.casefold()]
        return f"the output has {', '.join(found)}" if found else None


class Uses(Check):
    """The program uses these names, or one that begins with them ("ray.data")."""

    kind: Literal["uses"]
    names: tuple[str, ...]

    def problem(self, evidence: Evidence) -> str | None:
        """The names that it does not use."""
        used = names_used(evidence.code)
        missing = [name for name in self.names if not any(n == name or n.startswith(f"{name}.") for n in used)]
        return f"the program does not use {', '.join(missing)}" if missing else None


class Avoids(Check):
    """The program uses none of these names and holds none of these texts: it does no harm."""

    kind: Literal["avoids"]
    names: tuple[str, ...] = ()
    texts: tuple[str, ...] = ()

    def problem(self, evidence: Evidence) -> str | None:
        """What it uses or holds."""
        used, text = names_used(evidence.code), texts_of(evidence.code)
        found = [*(name for name in self.names if name in used), *(part for part in self.texts if part in text)]
        return f"the program has {', '.join(found)}" if found else None


class Saves(Check):
    """The program saved at least so many files."""

    kind: Literal["saves"]
    at_least: int

    def problem(self, evidence: Evidence) -> str | None:
        """How many it saved instead."""
        enough = evidence.files_saved >= self.at_least
        return None if enough else f"the program saved {evidence.files_saved} files"


AnyCheck = Annotated[
    Numbers | Contains | Last | Between | Count | Pairs | Words | Never | Uses | Avoids | Saves,
    Field(discriminator="kind"),
]


def problems(checks: Sequence[Check], evidence: Evidence) -> tuple[str, ...]:
    """Every clause about what is wrong; none when the program did what was asked for."""
    return tuple(problem for check in checks if (problem := check.problem(evidence)) is not None)


def numbers_in(text: str) -> list[float]:
    """The numbers of `text`: "1,234.5" is one of them, "1,2" are two."""
    return [float(found.replace(",", "").replace("−", "-")) for found in _NUMBER.findall(text)]


def _same(expected: float, found: float, tolerance: float = 0.0) -> bool:
    return isclose(expected, found, rel_tol=1e-9, abs_tol=tolerance)


def _has_pair(output: str, name: str, value: float) -> bool:
    word = re.compile(rf"(?<!\w){re.escape(name)}(?!\w)", re.IGNORECASE)
    return any(_same(value, number) for number in chain.from_iterable(_numbers_of_lines(output, word)))


def _numbers_of_lines(output: str, word: re.Pattern[str]) -> Iterator[list[float]]:
    """The numbers of each line that holds `word`, without the word's own."""
    for line in output.splitlines():
        if word.search(line):
            yield numbers_in(word.sub(" ", line, count=1))
