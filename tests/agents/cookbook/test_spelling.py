"""Misspelt words are read as the book's own, and nothing else is touched."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.cookbook.answers import Declined, Filled
from agents.cookbook.book import shipped_book
from agents.cookbook.request import Request
from agents.cookbook.spelling import Spelling
from agents.cookbook.tokens import stems_of, tokenise

SPELLING = Spelling(
    ["cluster resources", "parallel sort by group", "fibonacci inference", "price and prices"], stems_of("pipe cubes")
)


def _stems(text: str) -> list[str]:
    return [token.stem for token in SPELLING.corrected(tokenise(text)) if token.stem]


@pytest.mark.parametrize(
    ("misspelt", "meant"),
    [
        ("clustr resorces", "cluster resources"),
        ("paralel gruop", "parallel group"),
        ("inferense", "inference"),
        ("Fibonaci", "fibonacci"),
        ("fibbonachi", "fibonacci"),
    ],
)
def test_a_slip_is_forgiven(misspelt, meant):
    assert _stems(misspelt) == stems_of(meant)


@pytest.mark.parametrize(
    "word",
    [
        "tribonacci",
        "sart",
        "prime",
        "cubes",
        "grou_p",
        "resorces_left",
        "luster",
        "gruops2",
        '"resorces"',
        "resorces.csv",
    ],
)
def test_another_word_stays_what_it_is(word):
    assert SPELLING.corrected(tokenise(word)) == tokenise(word)


def test_a_word_between_two_others_is_neither():
    spelling = Spelling(["painter pointer"], [])

    assert spelling.corrected(tokenise("pinter")) == tokenise("pinter")


@given(st.text(alphabet="aceilnoprstu _'\"1.", max_size=40))
def test_what_was_written_is_kept_word_by_word(text):
    tokens = tokenise(text)

    corrected = SPELLING.corrected(tokens)

    assert [(token.kind, token.surface, token.value, token.glue) for token in corrected] == [
        (token.kind, token.surface, token.value, token.glue) for token in tokens
    ]


def test_a_misspelt_request_is_answered_and_its_column_keeps_its_name():
    answer = shipped_book().answer(Request("avarage of amonut in orders.csv"))

    assert isinstance(answer, Filled)
    assert answer.values == {"COLUMN": "amonut", "FUNCTION": "mean", "PATH": "orders.csv"}


def test_an_unlike_word_of_another_field_is_no_slip():
    answer = shipped_book().answer(Request("tribonacci numbers up to 20"))

    assert isinstance(answer, Declined)
