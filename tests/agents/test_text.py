import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.text import MAX_TITLE, flaw_of_program, one_line, readable, said
from agents.wire import MAX_CODE_BYTES
from tests.agents.conftest import HOSTILE

ANY_TEXT = st.text(st.characters(), max_size=30)
"""Half characters and control characters as well."""


def controls_in(text):
    return {character for character in text if unicodedata.category(character) == "Cc"}


@pytest.mark.parametrize(
    ("code", "flaw"),
    [
        ("", "empty"),
        (" \n", "empty"),
        ("x = '\ud83d'", "half a character"),
        ("x = '\x00'", "NUL"),
        ("#" * (MAX_CODE_BYTES + 1), "longer than"),
    ],
    ids=["empty", "blank", "half", "NUL", "long"],
)
def test_what_no_file_or_interpreter_could_take_is_said(code, flaw):
    assert flaw in flaw_of_program(code)


@pytest.mark.parametrize("code", [HOSTILE, "\x1b[0m", "#" * MAX_CODE_BYTES], ids=["hostile", "escape", "longest"])
def test_a_program_that_can_be_run_has_no_flaw(code):
    assert flaw_of_program(code) is None


@given(ANY_TEXT)
def test_words_can_be_encoded_and_hold_no_control_but_tabs_and_line_ends(text):
    words = readable(text)

    assert words.encode().decode() == words
    assert controls_in(words) <= {"\t", "\n", "\r"}


@given(st.text(st.characters(exclude_categories=["Cc", "Cs"]) | st.sampled_from("\t\n\r")))
def test_words_without_anything_of_that_stay_as_they_are(text):
    assert readable(text) == text


@given(ANY_TEXT, st.integers(0, 20))
def test_a_line_is_one_short_and_free_of_controls(text, limit):
    line = one_line(text, limit)

    assert len(line) <= limit
    assert line.encode().decode() == line
    assert controls_in(line) == set()


def test_a_line_keeps_its_words_apart():
    assert one_line("Count\x00  the\n\x1b[1mwords ", MAX_TITLE) == "Count the [1mwords"


def test_what_a_model_said_is_the_text_of_its_blocks_and_not_altered():
    message = {"role": "assistant", "content": [{"text": "half \ud83d"}, {"toolUse": {}}, {"text": "\tNUL \x00 "}]}

    assert said(message) == "half \ud83d\n\tNUL \x00 "
