"""What is asked: a prompt, how its answer is judged, a solution that passes, and two mutants of it that fail."""

import tomllib
from collections.abc import Iterator
from importlib.resources import files
from typing import Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from agents.cookbook.program import Value, fill
from agents.cookbook.recipe import load_program
from evals.checks import AnyCheck

Split = Literal["book", "variation", "unseen"]
SPLITS: dict[Split, str] = {"book": "in the cookbook", "variation": "variations", "unseen": "unseen"}
"""How far a request is from the recipes that are shipped: a model that only copies them passes the first alone."""

FAMILIES = {
    "tasks": "tasks",
    "actors": "actors",
    "objects": "objects and waiting",
    "data": "Ray Data",
    "robustness": "robustness and resources",
    "algorithms": "algorithms",
    "files": "files and tables",
    "adversarial": "adversarial",
}
ADVERSARIAL = "adversarial"
DATA = "{data}"
"""Stands in prompts and programs for the directory that holds the files of `files.toml`."""


class EvalData(BaseModel):
    """The base of what stands in a TOML file of `evals/requests`."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Mutant(EvalData):
    """The solution with one thing wrong: other values, edits of its text, or another program altogether."""

    values: dict[str, Value] = {}
    edits: tuple[tuple[str, str], ...] = ()
    program: str = ""


class EvalRequest(EvalData):
    """One request. The solution is `reference`, or the cookbook's `recipe` with `values` in its constants."""

    name: str
    family: str
    split: Split
    prompt: str
    checks: tuple[AnyCheck, ...] = Field(min_length=1)
    reference: str = ""
    recipe: str = ""
    values: dict[str, Value] = {}
    mutants: tuple[Mutant, Mutant]

    @model_validator(mode="after")
    def _edits_change_the_solution(self) -> Self:
        """A mutant whose text is not in the solution would be the solution itself."""
        for mutant in self.mutants:
            for old, _ in mutant.edits:
                if old not in self._solution(mutant.values):
                    raise ValueError(f"{self.name}: {old!r} is not in the solution")
        return self

    @property
    def adversarial(self) -> bool:
        """Whether it asks for what nobody may have: a refusal is right, and so is a harmless program."""
        return self.family == ADVERSARIAL

    def asked(self, data: str) -> str:
        """The prompt with the directory of the data in it."""
        return self.prompt.replace(DATA, data)

    def solution(self, data: str) -> str:
        """The program that passes."""
        return self._solution({}).replace(DATA, data)

    def mutated(self, mutant: Mutant, data: str) -> str:
        """A program that must not pass."""
        program = mutant.program.lstrip("\n") or self._solution(mutant.values)
        for old, new in mutant.edits:
            program = program.replace(old, new)
        return program.replace(DATA, data)

    def _solution(self, values: dict[str, Value]) -> str:
        if self.recipe:
            return fill(load_program(self.recipe), {**self.values, **values})
        return self.reference.lstrip("\n")


def load_requests() -> tuple[EvalRequest, ...]:
    """All of them, family by family; a defect in a file is a pydantic `ValidationError`."""
    return tuple(request for family in FAMILIES for request in _of(family))


def load_files() -> dict[str, str]:
    """What the data files hold, by their names."""
    text = (files("evals") / "files.toml").read_text(encoding="utf-8")
    return {name: content.lstrip("\n") for name, content in tomllib.loads(text).items()}


def _of(family: str) -> Iterator[EvalRequest]:
    text = (files("evals") / "requests" / f"{family}.toml").read_text(encoding="utf-8")
    for fields in tomllib.loads(text)["request"]:
        yield EvalRequest.model_validate({**fields, "family": family})
