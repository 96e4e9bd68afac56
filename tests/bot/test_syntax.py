import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.syntax import MAX_CHARACTERS, SyntaxFault, fault_of


@pytest.mark.parametrize("code", ["x = 1\n", "print('\\d')\n", "\ufeffx = 1\n", "x = 1\r\ny = 2\r\n"])
def test_a_program_that_parses_has_no_fault(code):
    assert fault_of(code) is None


def test_a_fault_is_told_with_its_line():
    assert fault_of("x = 1\nif x:\nprint(x)\n") == SyntaxFault(
        3, "expected an indented block after 'if' statement on line 2"
    )


def test_what_takes_too_long_to_parse_is_left_to_the_cluster():
    assert fault_of("(" * (MAX_CHARACTERS + 1)) is None


def test_a_program_that_is_nested_too_deeply_has_a_fault():
    assert fault_of("(" * 1_000 + ")" * 1_000) is not None


@given(st.text(max_size=200))
def test_any_text_is_looked_at_without_a_failure(text):
    fault = fault_of(text)

    assert fault is None or fault.line >= 0
