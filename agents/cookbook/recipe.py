"""What a recipe is: a tested program, the words by which people ask for it, and the constants that may be changed."""

import re
from collections.abc import Collection, Iterator
from importlib.resources import files
from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from agents.cookbook.program import Value, constants

_SHELF = "agents.cookbook.programs"
PLACEHOLDER = re.compile(r"\{([A-Z][A-Z0-9_]*)\}")


class RecipeData(BaseModel):
    """The base of what stands in a recipe's JSON file."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Number(RecipeData):
    """A constant that holds an integer or, as `decimal`, any number, from `minimum` to `maximum`, both included.

    `instead_of`: the parameters that mean nothing once this one is set.
    """

    kind: Literal["integer", "decimal"]
    meaning: str
    minimum: float
    maximum: float
    required: bool = False
    instead_of: tuple[str, ...] = ()


class Numbers(RecipeData):
    """A constant that holds a list of at most `items` integers or decimals, each from `minimum` to `maximum`."""

    kind: Literal["integers", "decimals"]
    meaning: str
    minimum: float
    maximum: float
    items: int
    required: bool = False
    instead_of: tuple[str, ...] = ()


class Text(RecipeData):
    """A constant that holds a text.

    `greeting`: the text may stand in the request without quotes, if it greets or is capitalised. `quoted`: only
    quoted. `name`: a single word as it stands, such as a column. `path`: a file with one of `suffixes`.
    """

    kind: Literal["greeting", "quoted", "name", "path"]
    meaning: str
    suffixes: tuple[str, ...] = ()
    required: bool = False


class Choice(RecipeData):
    """A constant that holds one of a few values, each asked for by one of its words, wherever they stand."""

    kind: Literal["choice"]
    meaning: str
    options: dict[str, tuple[str, ...]]
    required: bool = False


Parameter = Annotated[Number | Numbers | Text | Choice, Field(discriminator="kind")]


class Card(RecipeData):
    """A recipe's JSON file; the program stands beside it, under the same name.

    `topics`: what a request for it mostly holds: all the words of at least one of them. `phrases`: how values are
    introduced, such as "{NUM_TASKS} tasks" or "between {START} and {END}"; the defaults stand in the program itself,
    and only there. `words`: what else may be said without asking for more than the program does, and `numbers` which
    ones, as 404 of a server's log. `strict`: every word must be understood, as where any unknown one may be a further
    column. `shows`: the program shows how something works, on material of its own, so that no figure that a request
    asks for comes out of it.
    """

    title: str
    description: str
    example: str
    topics: tuple[str, ...]
    paraphrases: tuple[str, ...]
    tags: tuple[str, ...] = ()
    words: tuple[str, ...] = ()
    phrases: tuple[str, ...] = ()
    parameters: dict[str, Parameter] = {}
    numbers: tuple[float, ...] = ()
    strict: bool = False
    shows: bool = False


class Recipe(Card):
    """One recipe of the book: its card, its name, and its program's text."""

    name: str
    program: str

    @model_validator(mode="after")
    def _constants_exist(self) -> Self:
        """Every parameter is a constant of the program, and every placeholder a parameter."""
        mentioned = {name for phrase in self.phrases for name in PLACEHOLDER.findall(phrase)}
        if unknown := mentioned - set(self.parameters):
            raise ValueError(f"{self.name}: phrases hold {sorted(unknown)}, which is no parameter")
        if missing := set(self.parameters) - set(constants(self.program)):
            raise ValueError(f"{self.name}: the program has no constant {sorted(missing)}")
        return self

    def rivals(self, names: Collection[str]) -> set[str]:
        """The parameters that cannot be set together with those in `names`."""
        found: set[str] = set()
        for name, parameter in self.parameters.items():
            others = set(parameter.instead_of) if isinstance(parameter, Number | Numbers) else set()
            found |= others if name in names else set()
            found |= {name} if others & set(names) else set()
        return found

    @property
    def ways(self) -> list[str]:
        """The words by which the values of its choices are asked for."""
        choices = (parameter for parameter in self.parameters.values() if isinstance(parameter, Choice))
        return [way for choice in choices for words in choice.options.values() for way in words]

    @property
    def defaults(self) -> dict[str, Value]:
        """The parameters' values as the program has them."""
        return {name: value for name, value in constants(self.program).items() if name in self.parameters}


def load_recipes() -> tuple[Recipe, ...]:
    """Every recipe of the book, by name; a defect in one of them is a pydantic `ValidationError`."""
    return tuple(sorted(_recipes(), key=lambda recipe: recipe.name))


def load_program(name: str) -> str:
    """The program of one recipe, without its card."""
    return (files(_SHELF) / f"{name}.py").read_text(encoding="utf-8")


def _recipes() -> Iterator[Recipe]:
    for entry in files(_SHELF).iterdir():
        if entry.name.endswith(".json"):
            name = entry.name.removesuffix(".json")
            card = Card.model_validate_json(entry.read_text(encoding="utf-8"))
            yield Recipe(name=name, program=load_program(name), **dict(card))
