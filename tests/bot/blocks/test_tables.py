"""A table that a program saved is shown as a table."""

import base64
import csv
import io
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agents.wire import OutputFile
from bot.blocks import run as run_cards
from bot.blocks import tables
from tests.bot.blocks.test_blocks import RAN, REPORT, TEXT, assert_slack_takes
from tests.bot.blocks.test_modals import check_message_blocks

SALES = b"region,amount\nnorth,12.5\nsouth,7\n,\n"


def saved(content, name="sales.csv", media_type="text/csv"):
    return OutputFile(name=name, media_type=media_type, size=len(content), data=base64.b64encode(content).decode())


def shown(content, redact=str):
    return tables.of([saved(content)], redact)


def texts(table):
    return [[cell["text"] for cell in row] for row in table["rows"]]


def csv_of(rows):
    text = io.StringIO()
    csv.writer(text).writerows(rows)
    return text.getvalue().encode()


def test_a_csv_file_is_a_table_with_its_numbers_to_the_right():
    table, told = shown(SALES)

    assert texts(table) == [["region", "amount"], ["north", "12.5"], ["south", "7"], [tables.EMPTY, tables.EMPTY]]
    assert table["column_settings"] == [{"align": "left"}, {"align": "right"}]
    assert "All of sales.csv." in str(told)


def test_of_a_long_and_wide_table_the_first_part_is_shown_and_the_rest_is_told():
    table, told = shown(csv_of([[f"{row}.{column}" for column in range(30)] for row in range(241)]))

    assert (len(table["rows"]), len(table["rows"][0])) == (tables.ROWS + 1, tables.COLUMNS)
    assert "The first 10 of 240 rows and 12 of 30 columns of sales.csv; the file is below." in str(told)


def test_only_the_first_table_is_shown_since_slack_takes_one():
    found = tables.of([saved(b"\x89PNG", "a.png", "image/png"), saved(SALES), saved(SALES, "b.csv")], str)

    assert [block["type"] for block in found] == ["table", "context"]


def test_a_secret_in_a_table_is_not_shown():
    table, _ = shown(b"name,token\nada,hunter2\n", lambda text: text.replace("hunter2", "[removed]"))

    assert "hunter2" not in str(table)


@pytest.mark.parametrize(
    "content", [b"", b"\n\n", b"only a heading\n", b'a,b\n"' + b"x" * 200_000 + b'",1\n'], ids=range(4)
)
def test_what_is_no_table_is_a_file_like_any_other(content):
    assert tables.of([saved(content)] if content else [], str) == ()


@settings(max_examples=60, deadline=None)
@given(RAN, REPORT, st.lists(st.lists(TEXT, max_size=25), max_size=15), st.binary(max_size=200))
def test_no_table_makes_a_card_that_slack_refuses(ran, report, rows, content):
    for each in (csv_of(rows), content):
        card = run_cards.ended(replace(ran, table=shown(each) if each else ()), report, None)

        assert_slack_takes(card)
        check_message_blocks(list(card.blocks))
