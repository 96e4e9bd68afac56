"""Requests are read into words, numbers, texts and paths."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.cookbook.tokens import stems_of, tokenise


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("4 tasks", [4]),
        ("1,000,000 and 10_000 and 10k and 2M", [1_000_000, 10_000, 10_000, 2_000_000]),
        ("1.5 million, a dozen, two hundred", [1_500_000, 12, 200]),
        ("1e6 and 0.25 and -5", [1_000_000, 0.25, -5]),
        ("25th, 95%, 512x256", [25, 95, 512, 256]),
        ("between 1-100, 3 - 4 and 5–6", [1, 100, 3, 4, 5, 6]),
        ("twenty workers", [20]),
        ("one task per number, the one, one by one", []),
        ("2D, k8s, map_batches, x2", []),
    ],
)
def test_numbers_have_their_values(text, values):
    assert [token.value for token in tokenise(text) if token.kind == "number"] == values


@pytest.mark.parametrize("text", ['"a b"', "“a b”", "«a b»", "`a b`", "'a b'", "say 'a b'."])
def test_a_quoted_text_is_one_token(text):
    assert [token.value for token in tokenise(text) if token.kind == "text"] == ["a b"]


@pytest.mark.parametrize("text", ['""', "''", "'’", "``", "«»"])
def test_a_quoted_text_with_nothing_in_it_is_a_token_that_can_be_named(text):
    assert [(token.surface, token.value) for token in tokenise(text)] == [(text, "")]


def test_an_apostrophe_is_no_quotation_mark():
    assert [token.kind for token in tokenise("it's the workers' task, isn't it")].count("text") == 0


@pytest.mark.parametrize(
    "path", ["sales.csv", "data/orders.csv", "/mnt/in-put.csv", "~/x.parquet", "s3://b/k.csv", "https://a.b/c"]
)
def test_a_path_is_one_token(path):
    assert [token.value for token in tokenise(f"read {path} and sum") if token.kind == "path"] == [path]


def test_a_dotted_name_is_words():
    assert [token.surface for token in tokenise("ray.wait ActorPool") if token.kind == "word"] == [
        "ray",
        "wait",
        "Actor",
        "Pool",
    ]


@given(st.text(max_size=300))
def test_any_text_can_be_read(text):
    for token in tokenise(text):
        assert token.surface
        assert token.kind in {"word", "number", "text", "path", "mark"} or not text


@given(st.integers(min_value=0, max_value=10**12))
def test_a_number_is_read_back_however_it_is_written(number):
    assert [token.value for token in tokenise(f"use {number:,} or {number:_} or {number} of them")] == [
        None,
        number,
        None,
        number,
        None,
        number,
        None,
        None,
    ]


@pytest.mark.parametrize(
    ("british", "american"),
    [("visualise the colours", "visualize the colors"), ("analysed neighbours", "analyzed neighbors"), ("CPUs", "cpu")],
)
def test_one_spelling_is_as_good_as_another(british, american):
    assert stems_of(british) == stems_of(american)


def test_an_arrow_is_no_comparison():
    assert stems_of("csv -> parquet") == ["csv", "to", "parquet"]
