import json

import pytest

from agents.cookbook.answers import Declined, Filled
from agents.cookbook.attached import Attached, attached_in, with_files
from agents.cookbook.book import shipped_book
from agents.cookbook.request import Request

SALES = Attached("sales.csv", ("region", "amount"))


@pytest.fixture(scope="module")
def answered():
    book = shipped_book()

    def answered(words, *files):
        return with_files(book.answer(Request(words)), words, files)

    return answered


def test_a_question_about_a_files_columns_is_not_answered_from_made_up_data(answered):
    assert isinstance(answered("Add up the amounts by region"), Filled)

    answer = answered("Add up the amounts by region", SALES)

    assert isinstance(answer, Declined)
    assert "sum of COLUMN of sales.csv" in answer.text


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
