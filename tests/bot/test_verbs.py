import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.attachments.shared import SharedFile
from bot.verbs import Said, handed_over, verb_of

WORDS = ("run", "stop", "status", "diff", "help")
PROGRAM = SharedFile("F1", "prog.py", 10)


@given(st.sampled_from(WORDS), st.sampled_from(["", " ", "\n", "."]), st.sampled_from(["", ".", "!", " ? "]))
def test_a_verb_that_is_the_whole_message_is_one(word, before, after):
    for written in (word, word.upper(), word.title()):
        assert verb_of(f"{before}{written}{after}") == Said(word)


@given(st.integers(0, 9_999), st.sampled_from(["version {}", "Version #{}", "v{}", "version  {}."]))
def test_a_version_is_named_by_its_number(number, form):
    assert verb_of(form.format(number)) == Said("version", number)


@given(st.text(max_size=40))
def test_any_other_text_is_no_verb_and_never_fails(text):
    said = verb_of(text)

    assert said is None or said.verb in text.lower() or said == Said("version", said.number)


@given(st.sampled_from(WORDS), st.text("abcdefgh,", min_size=1, max_size=20))
def test_a_verb_with_other_words_is_a_request(word, more):
    assert verb_of(f"{word} {more} and more") is None


@pytest.mark.parametrize(
    "text", ["run it with 4 workers", "stop printing", "diff the two lists", "version two", "v1.2", "version 12345", ""]
)
def test_what_only_begins_like_a_verb_is_a_request(text):
    assert verb_of(text) is None


@pytest.mark.parametrize("text", ["", "use this", "Use this one.", "please use this file", "this one", "here it is"])
def test_one_program_without_other_words_is_handed_over(text):
    assert handed_over(text, [PROGRAM]) == PROGRAM


@pytest.mark.parametrize(
    ("text", "files"),
    [
        ("use this to count words", [PROGRAM]),
        ("why does it fail?", [PROGRAM]),
        ("use this", []),
        ("use this", [PROGRAM, SharedFile("F2", "other.py", 10)]),
        ("use this", [SharedFile("F2", "data.csv", 10)]),
        ("use this", [SharedFile("F2", "prog.pyc", 10)]),
    ],
)
def test_words_or_other_files_make_it_a_request(text, files):
    assert handed_over(text, files) is None
