"""How often the book picks the right recipe, and how often it answers what it should decline."""

import json
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from agents.cookbook.answers import Declined, Filled
from agents.cookbook.asked import load_asked, load_asked_otherwise
from agents.cookbook.book import shipped_book
from agents.cookbook.recipe import load_recipes
from agents.cookbook.request import Request

HERE = Path(__file__).parent
PARAPHRASES: dict[str, list[str]] = json.loads((HERE / "paraphrases.json").read_text())
OUTSIDE: dict[str, list[str]] = json.loads((HERE / "outside.json").read_text())
"""Written before the retrieval was built, and learned from since."""
OWN = ("held_out", "held_out_2")
"""Collections by the book's own writers, which nothing was tuned on when they were written."""
STRANGERS = ("strangers", "strangers_2")
"""Collections by people who saw the recipes' titles, descriptions and parameters and nothing else: never learned."""
RIGHT_AT_LEAST = 0.95
OWN_RIGHT_AT_LEAST = 0.9
STRANGERS_RIGHT_AT_LEAST = 0.84
WRONG_AT_MOST = 0.02
ANSWERED_AT_MOST = 0.05
NEIGHBOURS_ANSWERED_AT_MOST = 0.08
"""Of the last collection's requests outside the book, which are nearly all near neighbours of a recipe."""


def _recipe_for(text: str) -> str | None:
    answer = _answer(text)
    return answer.recipe.name if isinstance(answer, Filled) else None


def _collection(name: str) -> dict[str, Any]:
    collection: dict[str, Any] = json.loads((HERE / f"{name}.json").read_text())
    return collection


def test_every_recipe_has_at_least_ten_paraphrases_that_its_card_does_not_hold():
    cards = {recipe.name: recipe for recipe in load_recipes()}
    asked = load_asked()

    assert set(asked.inside) == set(PARAPHRASES) == set(cards)
    for name, told in asked.inside.items():
        assert len(set(told) - set(cards[name].paraphrases) - {cards[name].example}) >= 10, name


def test_no_request_is_asked_twice():
    asked = load_asked() + load_asked_otherwise()
    texts = [text.lower() for text in (*(text for _, text in asked.answered), *asked.declined)]

    assert len(set(texts)) == len(texts)


@pytest.mark.parametrize("name", STRANGERS)
def test_nothing_that_strangers_ask_is_learned(name):
    asked, strangers = load_asked() + load_asked_otherwise(), _collection(name)
    theirs = {text.lower() for texts in strangers["paraphrases"].values() for text in texts} | {*strangers["outside"]}

    assert theirs.isdisjoint(text.lower() for text in (*(text for _, text in asked.answered), *asked.declined))


def test_the_right_recipe_answers_at_least_95_of_100_paraphrases():
    asked = [(name, text) for name, texts in PARAPHRASES.items() for text in texts]

    wrong = [(name, text, _recipe_for(text)) for name, text in asked if _recipe_for(text) != name]

    assert len(asked) >= 300
    assert 1 - len(wrong) / len(asked) >= RIGHT_AT_LEAST, wrong


def test_at_most_5_of_100_requests_outside_the_book_are_answered():
    asked = [text for texts in OUTSIDE.values() for text in texts]

    answered = [(text, _recipe_for(text)) for text in asked if _recipe_for(text)]

    assert len(asked) >= 120
    assert len(answered) / len(asked) <= ANSWERED_AT_MOST, answered


@pytest.mark.parametrize(
    ("name", "at_least"),
    [
        *((name, OWN_RIGHT_AT_LEAST) for name in OWN),
        *((name, STRANGERS_RIGHT_AT_LEAST) for name in STRANGERS),
    ],
)
def test_the_right_recipe_answers_what_others_ask_and_another_one_hardly_ever(name, at_least):
    asked = [(recipe, text) for recipe, texts in _collection(name)["paraphrases"].items() for text in texts]
    found = [(recipe, text, _recipe_for(text)) for recipe, text in asked]

    right = [recipe for recipe, _, answered in found if answered == recipe]
    wrong = [each for each in found if each[2] not in {None, each[0]}]

    assert len(asked) >= 3 * 64
    assert len(right) / len(asked) >= at_least
    assert len(wrong) / len(asked) <= WRONG_AT_MOST, wrong


@pytest.mark.parametrize(
    ("name", "at_most"),
    [*((name, ANSWERED_AT_MOST) for name in (*OWN, STRANGERS[0])), (STRANGERS[1], NEIGHBOURS_ANSWERED_AT_MOST)],
)
def test_hardly_any_request_outside_the_book_is_answered_when_others_ask(name, at_most):
    outside = _collection(name)["outside"]

    answered = [text for text in outside if _recipe_for(text)]

    assert len(outside) >= 60
    assert len(answered) / len(outside) <= at_most, answered


@pytest.mark.parametrize("recipe", load_recipes(), ids=lambda recipe: recipe.name)
def test_a_recipes_own_example_is_answered_by_it(recipe):
    assert _recipe_for(recipe.example) == recipe.name


def test_a_decline_says_what_the_book_is_and_what_to_do():
    answer = shipped_book().answer(Request("write me a poem about winter"))

    assert isinstance(answer, Declined)
    assert "offline cookbook, not a language model" in answer.text
    assert "RAYGEN_MODEL=provider:model" in answer.text


@pytest.mark.parametrize(
    ("text", "nearest", "said"),
    [
        ("Create a Ray task that returns Hello on a GPU", "hello_task", "“GPU”"),
        ("estimate pi with 0 samples", "monte_carlo_pi", "SAMPLES_PER_TASK goes from 1 to 1,000,000,000"),
        ("estimate pi with 4 tasks and 8 tasks", "monte_carlo_pi", "one value only"),
        ("count the primes below 1000 in 17 dimensions", "prime_count", "“17”"),
        ("draw the Mandelbrot set in the style of Monet", "mandelbrot", "“style”, “Monet”"),
        ("compute the cubes of the numbers 1 to 9", "parallel_squares", "none of them does what this asks for"),
        ("fibonacci of 20 and the first 10 fibonacci numbers", "fibonacci", "exclude each other"),
        ("average of price by region and colour in sales.csv", "csv_aggregate", "“colour”"),
        ("Read a csv and compute the average of the price column", "csv_aggregate", "the path of the CSV file"),
        (
            "make a dataset with ray.data.range(200) and print the sum of the doubled ids",
            "data_basics",
            "the sum asked",
        ),
        ("a flaky task, retried by Ray; print the number of tries", "retries", "the number asked"),
        ("start the fourth task only when two tasks have finished, with ray.wait", "wait_results", "“fourth”"),
        ("weekly totals of revenue in sales.csv", "csv_aggregate", "“everyweek”"),
        ("total revenue by month and shop_id in sales.csv, column revenue", "csv_months", "shop"),
        ("average price in s3://bucket/sales.csv", "csv_aggregate", "“s3://bucket/sales.csv”"),
    ],
)
def test_what_a_recipe_cannot_do_is_named_together_with_the_recipe(text, nearest, said):
    answer = shipped_book().answer(Request(text))

    assert isinstance(answer, Declined)
    assert answer.nearest is not None
    assert answer.nearest.name == nearest
    assert said in answer.text


def test_a_word_that_plays_no_part_is_said():
    answer = shipped_book().answer(Request("Estimate pi with Monte Carlo on random points and samples, frobnicated"))

    assert isinstance(answer, Filled)
    assert answer.ignored == ("frobnicated",)
    assert "“frobnicated”" in answer.explanation


@pytest.mark.parametrize("text", ["", " ", "?!", "🦖", "\x00", "the of and", "1 2 3", '"', "x" * 12_000, "{NUM_TASKS}"])
def test_a_request_that_says_nothing_is_declined(text):
    assert isinstance(shipped_book().answer(Request(text)), Declined)


def test_a_decline_is_short_enough_to_be_quoted_whole():
    texts = [*load_asked().declined, "estimate pi with 0 samples " + "x" * 11_000]

    longest = max(len(answer.text) for answer in map(_answer, texts) if isinstance(answer, Declined))

    assert longest <= 1_000


@cache
def _answer(text: str) -> Filled | Declined:
    return shipped_book().answer(Request(text))
