"""Whatever is put into a program's constants, the program parses, holds it, and is otherwise what it was."""

import ast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.cluster.policy import screen
from agents.cookbook.program import constants, fill
from agents.cookbook.recipe import Choice, Number, Numbers, Recipe, load_recipes

RECIPES = [recipe for recipe in load_recipes() if recipe.parameters]
PROGRAM = '''"""Ünïcödé before the constants, and "TEXT = 1" in a text."""
TEXT = "TEXT = 2"; COUNT = -3  # TEXT = 4
BIG = 1_000_000
LIST = [
    1,
    2,  # über
]
NOTHING = None


def f():
    TEXT = "inner"
    return TEXT == "TEXT"
'''
VALUES = st.one_of(
    st.text(),
    st.integers(),
    st.floats(allow_nan=False, allow_infinity=False),
    st.booleans(),
    st.none(),
    st.lists(st.integers(), max_size=5),
)


@given(text=st.text(), count=st.integers(), big=VALUES, numbers=st.lists(st.integers(), max_size=5))
def test_any_value_is_held_by_the_program_that_it_was_put_into(text, count, big, numbers):
    values = {"TEXT": text, "COUNT": count, "BIG": big, "LIST": numbers}

    filled = fill(PROGRAM, values)

    assert constants(filled) == {**values, "NOTHING": None}
    assert fill(filled, constants(PROGRAM)) == fill(PROGRAM, constants(PROGRAM))


@given(value=VALUES)
def test_filling_changes_nothing_but_the_constants_value(value):
    before, _, after = PROGRAM.partition("1_000_000")

    filled = fill(PROGRAM, {"BIG": value})

    assert filled.startswith(before)
    assert filled.endswith(after)


@given(text=st.text(alphabet=st.characters(categories=["Cs"])))
def test_half_a_character_does_not_make_a_program_that_cannot_be_written(text):
    assert constants(fill(PROGRAM, {"TEXT": text}).encode().decode())["TEXT"] == text


def test_a_constant_that_the_program_does_not_have_is_an_error():
    with pytest.raises(KeyError):
        fill(PROGRAM, {"OTHER": 1})


def _values(recipe: Recipe) -> st.SearchStrategy[dict[str, object]]:
    return st.fixed_dictionaries({}, optional={name: _value(p) for name, p in recipe.parameters.items()})


def _value(parameter: object) -> st.SearchStrategy[object]:
    match parameter:
        case Number(kind="integer", minimum=low, maximum=high):
            return st.integers(int(low), int(high))
        case Number(minimum=low, maximum=high):
            return st.floats(low, high)
        case Numbers(minimum=low, maximum=high, items=items):
            return st.lists(st.floats(low, high), min_size=2, max_size=items)
        case Choice(options=options):
            return st.sampled_from(sorted(options))
        case _:
            return st.text()


@given(data=st.data())
def test_every_recipe_parses_and_holds_any_value_that_its_parameters_allow(data):
    recipe = data.draw(st.sampled_from(RECIPES))
    values = data.draw(_values(recipe))

    filled = fill(recipe.program, values)

    assert constants(filled).items() >= values.items()
    assert _without_constants(filled) == _without_constants(recipe.program)


def _without_constants(program: str) -> str:
    """The syntax tree with the constants' values taken out."""
    tree = ast.parse(program)
    for node in tree.body:
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name) and node.targets[0].id.isupper():
            node.value = ast.Constant(None)
    return ast.dump(tree)


@pytest.mark.parametrize("recipe", load_recipes(), ids=lambda recipe: recipe.name)
def test_every_program_says_what_it_is_and_starts_ray_without_arguments(recipe):
    tree = ast.parse(recipe.program)

    assert ast.get_docstring(tree)
    assert "\nray.init()\n" in recipe.program
    assert max(len(line) for line in recipe.program.splitlines()) <= 120


@pytest.mark.parametrize("recipe", load_recipes(), ids=lambda recipe: recipe.name)
def test_no_program_asks_for_what_the_cluster_refuses_or_wants_approved(recipe):
    assert screen(recipe.program).findings == ()
