import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.codegen.extract import extract_program, fenced_blocks

PROGRAM = "import ray\n\nray.init()\nprint('hello')\n"
TEXT = st.text(st.characters(exclude_categories=["Cs"]))
CODE = TEXT.filter(lambda code: code.strip() and "```" not in code and "~~~" not in code)


@given(CODE, st.sampled_from(["```", "````", "~~~", "~~~~~"]), st.sampled_from(["python", "Python", "py", "{.python}"]))
def test_a_fenced_program_comes_back_with_every_byte(code, fence, language):
    answer = f"Here it is:\n\n{fence}{language}\n{code}\n{fence}\nEnjoy!"

    assert extract_program(answer) == code + "\n"


@given(CODE)
def test_crlf_line_ends_stay_in_the_program(code):
    program = code.replace("\r", "").replace("\n", "\r\n")

    assert extract_program(f"Sure.\r\n```python\r\n{program}\r\n```\r\n") == program + "\r\n"


@given(TEXT)
def test_any_text_gives_a_part_of_itself_or_nothing(text):
    program = extract_program(text)

    assert program is None or (program in text or not text.isprintable())


@given(st.lists(st.sampled_from(["```", "~~~", "```python", "   ```", "x = 1", "", "import os", "````", "\t"])))
def test_no_arrangement_of_fences_is_too_much(lines):
    program = extract_program("\n".join(lines))

    assert program is None or program.strip()


def test_of_several_blocks_the_program_is_taken_and_not_the_shell_command():
    shell = "pip install ray && echo a very long line of shell that is no program"
    answer = f"First:\n```bash\n{shell}\n```\n\n```python\n{PROGRAM}```\n"

    assert extract_program(answer) == PROGRAM


def test_of_several_python_blocks_the_longest_is_the_program():
    answer = f"```python\nimport ray\n```\nin full:\n```python\n{PROGRAM}```\nor only\n```py\nray.init()\n```"

    assert extract_program(answer) == PROGRAM


def test_a_marked_block_goes_before_a_longer_unmarked_one():
    answer = f"```python\n{PROGRAM}```\nIt prints:\n```\n{'hello = 1' * 1}\n{'# filler' * 40}\n```"

    assert extract_program(answer) == PROGRAM


def test_an_unmarked_block_counts_when_it_parses():
    assert extract_program(f"```\n{PROGRAM}```") == PROGRAM
    assert extract_program("```\nthis is what it prints\n```") is None


def test_an_unclosed_fence_runs_to_the_end():
    assert extract_program(f"```python\n{PROGRAM}") == PROGRAM


def test_a_longer_fence_may_hold_a_shorter_one():
    code = '"""Docs:\n```\nexample\n```\n"""\nimport ray\n'

    assert extract_program(f"````python\n{code}````") == code


def test_the_indentation_of_the_fence_is_taken_off_the_program():
    assert extract_program("1. So:\n\n   ```python\n   import ray\n   if 1:\n       ray.init()\n   ```\n") == (
        "import ray\nif 1:\n    ray.init()\n"
    )


def test_a_bare_program_is_a_program():
    assert extract_program(PROGRAM) == PROGRAM


@pytest.mark.parametrize("words", ["Hello", "I cannot do that.", "", "x", "'import ray'", "```python\n\n```"])
def test_words_are_no_program(words):
    assert extract_program(words) is None


def test_an_invalid_escape_in_the_program_is_its_own_affair():
    code = 'import re\nprint(re.compile("\\d"))\n'

    assert extract_program(f"```\n{code}```") == code


def test_inline_code_opens_no_block():
    assert list(fenced_blocks("``` not a fence: `x` ```\nimport ray\n")) == []
