import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.wire import FileDescription
from bot.attachments.description import MAX_CHARACTERS, SAMPLE_BYTES, bounded, description


def described(content: bytes, size: int | None = None) -> FileDescription:
    lines = content.count(b"\n")
    return description("f", size or len(content), lines, content[:SAMPLE_BYTES])


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_of_a_table_the_columns_and_the_first_rows_are_told(delimiter):
    text = "region,amount\nnorth,3\nsouth,4\n".replace(",", delimiter)

    told = described(text.encode())

    assert (told.kind, told.delimiter, told.columns, told.lines) == ("table", delimiter, ("region", "amount"), 3)
    assert told.beginning == text.rstrip("\n")


def test_a_heading_in_quotes_is_read_as_it_is_meant():
    told = described(b'"name, first",age\nx,1\n')

    assert told.columns == ("name, first", "age")


@pytest.mark.parametrize(
    ("content", "encoding"),
    [
        ("größe,n\nä,1\n".encode(), "utf-8"),
        ("größe,n\nä,1\n".encode("utf-8-sig"), "utf-8-sig"),
        ("größe,n\nä,1\n".encode("utf-16"), "utf-16"),
        ("größe,n\nä,1\n".encode("cp1252"), "cp1252"),
    ],
)
def test_the_encoding_is_told_by_pythons_name(content, encoding):
    told = described(content)

    assert told.encoding == encoding
    assert told.columns == ("größe", "n")
    assert content.decode(told.encoding).startswith("größe")


def test_prose_is_text_and_no_table():
    told = described(b"Dear all, this is a letter.\nIt has commas, one, two, three.\n")

    assert (told.kind, told.columns, told.lines) == ("text", (), 2)


@pytest.mark.parametrize("content", [b"PAR1\x00\x15\x04", b"\x89PNG\r\n\x1a\n\x00\x00", bytes(range(256))])
def test_of_what_is_no_text_only_the_size_is_told(content):
    assert described(content) == FileDescription(name="f", size=len(content))


def test_a_last_line_without_an_end_counts_too():
    assert described(b"a,b\n1,2").lines == 2


def test_what_is_told_of_a_large_file_is_bounded():
    row = b",".join(b"x" * 100 for _ in range(100)) + b"\n"
    content = row * 2_000

    told = described(content)

    assert told.lines == 2_000
    assert len(told.beginning) <= 6 * 201
    assert (len(told.columns), len(told.columns[0])) == (60, 80)


def test_a_sample_that_ends_within_a_character_is_still_text():
    content = b"a" + "ü".encode() * SAMPLE_BYTES

    assert described(content).encoding == "utf-8"


def test_many_files_together_are_told_in_bounded_words():
    one = FileDescription(name="a.csv", size=9, kind="table", beginning="x" * 1_200, columns=("y" * 80,) * 60)

    told = bounded([one] * 20)

    assert sum(len(each.beginning) + sum(map(len, each.columns)) for each in told) <= MAX_CHARACTERS
    assert [each.name for each in told] == ["a.csv"] * 20
    assert told[0] == one


@given(st.binary(max_size=300), st.integers(min_value=0, max_value=10_000))
def test_any_bytes_can_be_described(content, more):
    told = description("f", len(content) + more, content.count(b"\n"), content)

    assert FileDescription.model_validate_json(told.model_dump_json()) == told


@given(st.text(max_size=200))
def test_any_text_can_be_described(text):
    told = described(text.encode())

    assert FileDescription.model_validate_json(told.model_dump_json()) == told
