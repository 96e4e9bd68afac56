"""The values that a request names end up in the right constants."""

import math

import pytest

from agents.cookbook.answers import Declined, Filled
from agents.cookbook.book import shipped_book
from agents.cookbook.program import constants
from agents.cookbook.recipe import Choice, Number, Numbers, load_recipes
from agents.cookbook.request import Request


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("Create a Ray task that returns Hello", {"TEXT": "Hello"}),
        ("Run 3 Ray tasks that each return 'Good morning'", {"TEXT": "Good morning", "NUM_TASKS": 3}),
        ('Create a Ray task that returns "Hello, Ada"', {"TEXT": "Hello, Ada"}),
        ("a remote function that returns hello world", {"TEXT": "hello world"}),
        ("Estimate pi with 8 tasks and 1.5 million samples", {"NUM_TASKS": 8, "SAMPLES_PER_TASK": 1_500_000}),
        ("pi with a million darts on twelve workers", {"NUM_TASKS": 12, "SAMPLES_PER_TASK": 1_000_000}),
        ("pi with tasks=5, samples: 10k, seed 3", {"NUM_TASKS": 5, "SAMPLES_PER_TASK": 10_000, "SEED": 3}),
        ("square the numbers from 5 to 15", {"FIRST": 5, "LAST": 15}),
        ("squares of 3, 7 and 11", {"NUMBERS": [3, 7, 11]}),
        ("square the numbers 5-9, one task per number", {"FIRST": 5, "LAST": 9}),
        ("count primes below 10,000", {"END": 10_000, "LAST_ONE": "excluded"}),
        ("how many primes up to 500 are there", {"END": 500, "LAST_ONE": "included"}),
        ("primes between 1000 and 2000", {"START": 1_000, "END": 2_000}),
        ("sort 1e5 random numbers in descending order", {"NUM_NUMBERS": 100_000, "ORDER": "descending"}),
        ("multiply two 200x200 matrices", {"SIZE": 200}),
        ("fib(18) on Ray", {"N": 18}),
        ("calculate the 25th Fibonacci number", {"N": 25}),
        ("the first 15 fibonacci numbers", {"FIRST": 15}),
        ("99% bootstrap confidence interval of the median", {"CONFIDENCE": 99, "STATISTIC": "median"}),
        ("99.9 percent bootstrap interval of the mean", {"CONFIDENCE": 99.9, "STATISTIC": "mean"}),
        ("Mandelbrot set, 800x600, 200 iterations", {"WIDTH": 800, "HEIGHT": 600, "MAX_ITERATIONS": 200}),
        ("parameter sweep over learning rates 0.1, 0.01 and 0.001", {"LEARNING_RATES": [0.1, 0.01, 0.001]}),
        ('count the words in "to be or not to be"', {"TEXT": "to be or not to be"}),
        ("semaphore: only 2 of 8 workers at once", {"LIMIT": 2, "NUM_TASKS": 8}),
        (
            "average salary per department from employees.csv",
            {"PATH": "employees.csv", "COLUMN": "salary", "FUNCTION": "mean", "GROUP_BY": "department"},
        ),
        (
            'sum the column "net price" of /data/q3.csv',
            {"PATH": "/data/q3.csv", "COLUMN": "net price", "FUNCTION": "sum"},
        ),
        ("sort half a million random integers", {"NUM_NUMBERS": 500_000}),
        ("8 tasks with half a CPU each", {"NUM_TASKS": 8, "CPUS": 0.5}),
        ("[2, 4, 6] squared, each in a task of its own", {"NUMBERS": [2, 4, 6]}),
        ("integrate sin on [0, 3] numerically", {"FUNCTION": "sin", "START": 0, "END": 3}),
        ("integrate sin from 0 to pi", {"FUNCTION": "sin", "START": 0, "END": math.pi}),
        ("random 80/20 train test split", {"TEST_PERCENT": 20}),
        ("split the dataset, 75% for training and 25% for testing", {"TEST_PERCENT": 25}),
        ("ActorPool with 3 members and 24 inputs", {"NUM_ACTORS": 3, "NUM_ITEMS": 24}),
        ("an actor counter that adds 1 at each call, called 40 times", {"INCREMENTS": 40}),
        (
            "the 3 cheapest products in products.csv by price",
            {"PATH": "products.csv", "TOP": 3, "WHICH": "smallest", "COLUMN": "price"},
        ),
        ("which different countries are in c.csv, column country", {"PATH": "c.csv", "COLUMN": "country"}),
        ("how many 404s are in 2000 lines of a web server's log", {"NUM_LINES": 2_000}),
    ],
)
def test_values_are_read_from_the_request_into_the_program(text, values):
    answer = shipped_book().answer(Request(text))

    assert isinstance(answer, Filled), answer.text
    assert answer.values == values
    assert constants(answer.code).items() >= values.items()


def test_a_rectangle_is_no_square_matrix():
    assert isinstance(shipped_book().answer(Request("multiply two 200x300 matrices")), Declined)


def test_the_explanation_names_the_recipe_and_every_value():
    answer = shipped_book().answer(Request("Estimate pi with 8 tasks"))

    assert isinstance(answer, Filled)
    assert answer.explanation == (
        "From the offline cookbook's recipe “Estimate pi by Monte Carlo”, with NUM_TASKS = 8 as asked; "
        "SAMPLES_PER_TASK = 1_000_000, SEED = 7 by default."
    )


@pytest.mark.parametrize("recipe", load_recipes(), ids=lambda recipe: recipe.name)
def test_defaults_lie_within_what_the_parameters_allow(recipe):
    for name, parameter in recipe.parameters.items():
        default = recipe.defaults[name]
        if isinstance(parameter, Number) and name != "FIRST":  # 0 there means: not the sequence
            assert parameter.minimum <= default <= parameter.maximum, name
        if isinstance(parameter, Numbers):
            assert all(parameter.minimum <= item <= parameter.maximum for item in default), name
        if isinstance(parameter, Choice):
            assert default in parameter.options, name


@pytest.mark.parametrize("recipe", load_recipes(), ids=lambda recipe: recipe.name)
def test_every_parameter_can_be_asked_for(recipe):
    asked_for = " ".join(recipe.phrases)

    for name, parameter in recipe.parameters.items():
        assert f"{{{name}}}" in asked_for or parameter.kind in {"choice", "path", "quoted"}, name
