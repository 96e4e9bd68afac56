from hypothesis import given
from hypothesis import strategies as st

from bot.snippets import code_filename, output_filename


def test_a_file_is_named_after_what_the_program_does():
    assert code_filename("Monte Carlo: estimate π!") == "monte_carlo_estimate.py"
    assert code_filename("traps.py") == "traps.py"
    assert output_filename("Count words", 2) == "count_words_run_2.txt"


@given(st.text())
def test_any_title_makes_a_plain_file_name(title):
    name = code_filename(title)

    assert name.endswith(".py")
    assert len(name) <= 64
    assert set(name) <= set("abcdefghijklmnopqrstuvwxyz0123456789_.")
    assert name.count(".") == 1
