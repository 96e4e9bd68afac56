import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.wire import MAX_CODE_BYTES, MAX_PROMPT_CHARACTERS
from bot import incoming
from bot.blocks.text import escape
from bot.errors import BadRequest


@given(st.text().map(str.strip))
def test_what_slack_escapes_comes_back_as_it_was_typed(typed):
    assert incoming.plain_text(escape(typed)) == typed


def test_a_mention_of_the_bot_is_no_part_of_the_request():
    assert incoming.plain_text("<@UBOT> sort <numbers>", "UBOT") == "sort numbers"


def test_other_mentions_channels_and_links_are_read_as_people_wrote_them():
    assert incoming.plain_text("run <http://train.py|train.py>") == "run train.py"
    text = "<@U1|ann> in <#C1|data>: <https://example.com/a?b=1&amp;c=2|the page> and <mailto:a@b.example|a@b.example>"

    assert incoming.plain_text(text, "UBOT") == "@ann in #data: https://example.com/a?b=1&c=2 and a@b.example"


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "empty_prompt"),
        (" \n\t", "empty_prompt"),
        ("x" * 40_000, "prompt_too_long"),
        ("a\x00b", "null_character"),
        ("a\ud800", "not_utf8"),
    ],
)
def test_a_request_that_cannot_be_worked_on_is_refused_with_what_to_do(text, code):
    with pytest.raises(BadRequest) as refusal:
        incoming.prompt(text)

    assert refusal.value.code == code
    assert refusal.value.sentence.endswith(".")


def test_the_longest_request_is_taken():
    assert len(incoming.prompt("x" * MAX_PROMPT_CHARACTERS)) == MAX_PROMPT_CHARACTERS


@given(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), min_size=1).filter(str.strip))
def test_code_is_never_changed(code):
    assert incoming.code(code) == code


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "empty_code"),
        ("\n \n", "empty_code"),
        ("x" * (MAX_CODE_BYTES + 1), "code_too_large"),
        ("ü" * (MAX_CODE_BYTES // 2 + 1), "code_too_large"),
        ("print(1)\x00", "null_character"),
        ("print('\udfff')", "not_utf8"),
    ],
)
def test_code_that_cannot_be_run_is_refused_with_what_to_do(text, code):
    with pytest.raises(BadRequest) as refusal:
        incoming.code(text)

    assert refusal.value.code == code


def test_one_mebibyte_of_code_is_taken():
    assert len(incoming.code("#" * MAX_CODE_BYTES)) == MAX_CODE_BYTES
