import json

import pytest

from agents.cookbook.answers import Declined, Filled
from agents.cookbook.attached import Attached, attached_in
from agents.cookbook.attached import answered as answered_with
from agents.cookbook.book import shipped_book
from agents.cookbook.request import Request

SALES = Attached("sales.csv", ("region", "amount"))


@pytest.fixture(scope="module")
def answered():
    book = shipped_book()

    def answered(words, *files):
        return answered_with(book, Request(words), files)

    return answered


def test_a_question_about_a_files_columns_is_not_answered_from_made_up_data(answered):
    assert isinstance(answered("Group sales by region with Ray Data"), Filled)

    answer = answered("Group sales by region with Ray Data", SALES)

    assert isinstance(answer, Declined)
    assert "sum of COLUMN of sales.csv" in answer.text


@pytest.mark.parametrize(
    ("words", "constants"),
    [
        ("Add up the amounts by region", ["FUNCTION = 'sum'", "COLUMN = 'amount'", "GROUP_BY = 'region'"]),
        ("What is the average amount per region?", ["FUNCTION = 'mean'", "COLUMN = 'amount'", "GROUP_BY = 'region'"]),
        ("the largest amount", ["FUNCTION = 'max'", "COLUMN = 'amount'", "GROUP_BY = None"]),
        ("median of the amounts", ["COLUMN = 'amount'"]),
    ],
)
def test_the_only_table_with_the_columns_that_a_request_names_is_read(answered, words, constants):
    answer = answered(words, SALES, Attached("people.csv", ("name", "age")), Attached("notes.txt", ()))

    assert isinstance(answer, Filled)
    assert "PATH = 'sales.csv'" in answer.code
    assert [constant for constant in constants if constant not in answer.code] == []


@pytest.mark.parametrize(
    ("words", "recipe"),
    [
        ("how many rows per region", "csv_distinct"),
        ("group by region and sum amount", "csv_aggregate"),
        ("total amounts by region please", "csv_aggregate"),
        ("bar chart of amount by region", "csv_bar_chart"),
        ("the 3 largest amounts", "csv_top"),
    ],
)
def test_few_words_are_enough_where_the_columns_are_known_to_be_there(answered, words, recipe):
    answer = answered(words, SALES)

    assert isinstance(answer, Filled)
    assert answer.recipe.name == recipe
    assert "'sales.csv'" in answer.code


@pytest.mark.parametrize("words", ["heatmap of amount by region", "rolling average of amount", "email me the amounts"])
def test_what_no_recipe_does_is_declined_of_a_file_that_is_there_too(answered, words):
    assert isinstance(answered(words, SALES), Declined)


def test_a_column_of_several_words_is_found_by_them(answered):
    answer = answered("average unit prices by region", Attached("sales.csv", ("region", "unit_price")))

    assert isinstance(answer, Filled)
    assert "COLUMN = 'unit_price'" in answer.code


def test_between_two_tables_with_the_column_nothing_is_guessed(answered):
    answer = answered("Add up the amounts by region", SALES, Attached("returns.csv", ("region", "amount")))

    assert isinstance(answer, Declined)


def test_a_file_that_the_request_names_is_read(answered):
    answer = answered("Sum the column amount of sales.csv for each region", SALES)

    assert isinstance(answer, Filled)
    assert "'sales.csv'" in answer.code


def test_a_request_about_something_else_is_answered_beside_a_file(answered):
    assert isinstance(answered("Estimate pi by Monte Carlo with 8 parallel tasks", SALES), Filled)


def test_files_are_read_out_of_their_block():
    block = "\n".join([json.dumps({"name": "sales.csv", "size": 9, "columns": ["region", "amount"]}), "no JSON", "[1]"])

    assert attached_in(block) == (SALES,)
    assert attached_in(None) == ()
