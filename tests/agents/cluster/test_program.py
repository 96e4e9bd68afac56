"""What is refused before anything is sent."""

import pytest

from agents.cluster.errors import RejectedError, SyntaxRejectedError
from agents.cluster.program import program_bytes


@pytest.mark.parametrize(
    "code",
    [
        "print('a')\r\nprint('b')\r\n",
        "if True:\n\tprint('tab')",
        "print('ä → 🐍')",
        "# no newline at the end",
        "print('\\n literal')\n",
        "\ufeffprint('a byte order mark')\n",
    ],
)
def test_a_program_is_its_own_bytes(code):
    assert program_bytes(code) == code.encode()


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("", "empty_code"),
        (" \n\t", "empty_code"),
        ("x = '\udc80'", "code_not_utf8"),
        ("#" * 1_048_577, "code_too_large"),
        ("# " + "ä" * 524_288, "code_too_large"),
        ("x = 1\x00", "syntax"),
        ("def f(:\n", "syntax"),
        ("(" * 3000, "syntax"),
    ],
)
def test_what_cannot_be_a_program_is_refused_with_a_code(code, expected):
    with pytest.raises(RejectedError) as refused:
        program_bytes(code)

    assert refused.value.code == expected


def test_a_syntax_error_names_the_line_and_shows_what_python_shows():
    with pytest.raises(SyntaxRejectedError) as refused:
        program_bytes("x = 1\ny = = 2\n")

    assert "line 2" in str(refused.value)
    assert refused.value.shown.endswith("SyntaxError: invalid syntax\n")


def test_a_syntax_warning_is_not_printed(capfd):
    program_bytes("x = '\\d'\nx is 1\n")

    assert capfd.readouterr() == ("", "")
