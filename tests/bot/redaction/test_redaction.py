import tracemalloc

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.redaction import OVERLAP, REDACTED, WINDOW, Redaction
from tests.bot.redaction.labelled import labelled
from tests.bot.redaction.ordinary import ordinary
from tests.readme import ROOT

LABELLED = list(labelled())
REDACT = Redaction()
PROGRAMS = ROOT / "agents" / "cookbook" / "programs"
KEY = "xox" + "b-1234567890-abcdefghij"


def left_of(secret: str, shown: str) -> list[str]:
    """The parts of a secret that can still be read."""
    return [part for at in range(len(secret) - 7) if (part := secret[at : at + 8]) in shown]


def test_there_are_enough_examples():
    assert len(LABELLED) >= 120
    assert len(ordinary()) >= 300


def test_nothing_of_a_secret_is_left():
    shown = {example: REDACT(example.text) for example in LABELLED}

    assert [example.kind for example, text in shown.items() if REDACTED not in text] == []
    assert [example.kind for example, text in shown.items() if left_of(example.secret, text)] == []


def test_secrets_are_found_in_the_midst_of_ordinary_output():
    lines = ordinary()
    text = "\n".join(f"{lines[index % len(lines)]}\n{example.text}" for index, example in enumerate(LABELLED))

    shown = REDACT(text)

    assert [example.kind for example in LABELLED if left_of(example.secret, shown)] == []


def test_an_ordinary_line_stays_as_it_is():
    assert [line for line in ordinary() if REDACT(line) != line] == []


def test_ordinary_lines_stay_together_too():
    text = "\n".join(ordinary())

    assert REDACT(text) == text


def test_a_program_of_the_cookbook_stays_as_it_is():
    programs = {path.stem: path.read_text(encoding="utf-8") for path in PROGRAMS.glob("*.py")}

    assert programs
    assert [name for name, text in programs.items() if REDACT(text) != text] == []


def test_what_stands_around_a_secret_stays():
    assert REDACT(f"before {KEY} after") == f"before {REDACTED} after"
    assert REDACT("postgresql://ray:hunter22@db/x") == f"postgresql://ray:{REDACTED}@db/x"
    assert REDACT("postgresql://ray:p@ss@db/x") == f"postgresql://ray:{REDACTED}@db/x"
    assert REDACT("Authorization: Bearer abcdefghijklmnop123") == f"Authorization: Bearer {REDACTED}"
    assert REDACT("api_key = 'abcd1234efgh', n=1") == f"api_key = '{REDACTED}', n=1"
    assert REDACT("f(password=abc123!)") == f"f(password={REDACTED})"
    assert REDACT("?token=abcd1234efgh&page=2") == f"?token={REDACTED}&page=2"


def test_a_password_is_removed_whole_whatever_stands_in_it():
    assert REDACT("password=pass,word1&x)y<z user=ray") == f"password={REDACTED} user=ray"


def test_a_value_of_any_length_is_removed_to_its_end():
    assert REDACT(f"secret_key={'a1B2' * 1000} end") == f"secret_key={REDACTED} end"


def test_spans_that_overlap_are_one():
    known = Redaction(["password=hunter22", "hunter22 and more"])

    assert known("password=hunter22 and more") == REDACTED


def test_a_second_time_changes_nothing():
    once = {example: REDACT(example.text) for example in LABELLED}

    assert [example.kind for example, text in once.items() if REDACT(text) != text] == []


@pytest.mark.parametrize("at", [WINDOW - OVERLAP - 5, WINDOW - 5, 2 * (WINDOW - OVERLAP) - 5, 3 * WINDOW])
@pytest.mark.parametrize("filling", ["ordinary words\n", "x", "日本 "])
def test_a_secret_is_found_wherever_it_stands_in_a_long_text(at, filling):
    before = (filling * (at // len(filling) + 1))[: at - 1] + " "
    after = "\n" + filling * 10_000

    assert REDACT(before + KEY + after) == before + REDACTED + after


@given(st.text(st.characters(categories=["L", "N", "Zs"]), max_size=200))
def test_words_and_numbers_stay(text):
    assert Redaction(["short"])(text) == text


@given(st.text(max_size=100), st.sampled_from(LABELLED), st.text(max_size=100))
def test_any_surroundings_on_other_lines_leave_nothing_of_a_secret(before, example, after):
    shown = REDACT(f"{before}\n\n{example.text}\n\n{after}")

    assert left_of(example.secret, shown) == []


def peak_bytes(text: str) -> int:
    tracemalloc.start()
    try:
        REDACT(text)
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


def test_a_longer_text_takes_no_more_memory():
    line = "2026-11-22 10:11:12 epoch 1, loss=0.123456789\n"
    short, long = (line * (characters // len(line)) for characters in (3 * WINDOW, 9 * WINDOW))

    assert peak_bytes(long) < 1.5 * peak_bytes(short)
