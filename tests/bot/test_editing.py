"""What Slack's input fields do to a program by themselves never reaches the program."""

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from bot.editing import FIELD_CHARACTERS, MOST_FIELDS, indentation, sheet
from bot.errors import BadRequest

LINE = st.one_of(
    st.text(st.sampled_from("ab ()#'\t\\é✅🎉:"), max_size=60),
    st.sampled_from(["def f():", "    return 1", "", "   ", "\t", "x" * 900, "print('✅ done')", "    # 🎉🎉"]),
)
PROGRAM = st.builds(
    lambda lines, line_end, last: line_end.join(lines) + last * line_end,
    st.lists(LINE, max_size=60),
    st.sampled_from(["\n", "\r\n"]),
    st.integers(0, 3),
)
HELLO = "import ray\n\nray.init()\nprint('Hello')\n"


def taken_apart(code):
    try:
        return sheet(code)
    except BadRequest:
        assume(False)  # hypothesis' own
        raise


@settings(max_examples=60, deadline=None)
@given(PROGRAM)
def test_a_program_that_nobody_edits_comes_back_byte_for_byte(code):
    parts = taken_apart(code)

    assert parts.joined(parts.fields) == code


@settings(max_examples=60, deadline=None)
@given(PROGRAM, st.sampled_from(["", " ", "\n", "\t\n "]))
def test_fields_that_trim_or_pad_what_they_hold_change_nothing(code, padding):
    parts = taken_apart(code)

    assert parts.joined([field.strip() for field in parts.fields]) == code
    assert parts.joined([padding + field + padding for field in parts.fields]) == code


@settings(max_examples=60, deadline=None)
@given(PROGRAM)
def test_fields_with_the_line_ends_of_another_machine_change_nothing(code):
    parts = taken_apart(code)

    assert parts.joined([field.replace("\n", "\r\n") for field in parts.fields]) == code


@settings(max_examples=60, deadline=None)
@given(PROGRAM)
def test_fields_that_write_emoji_by_name_change_nothing(code):
    parts = taken_apart(code)
    named = [field.replace("✅", ":white_check_mark:").replace("🎉", ":tada:") for field in parts.fields]

    assert parts.joined(named) == code


@settings(max_examples=60, deadline=None)
@given(PROGRAM)
def test_a_field_leaves_room_to_write_and_there_are_few(code):
    parts = taken_apart(code)

    assert 1 <= len(parts.fields) <= MOST_FIELDS
    assert all(len(field.encode("utf-16-le")) // 2 <= FIELD_CHARACTERS for field in parts.fields)
    assert all(field == field.strip() for field in parts.fields)


@settings(max_examples=60, deadline=None)
@given(PROGRAM, st.data())
def test_a_line_of_the_program_is_found_in_its_field(code, data):
    parts = taken_apart(code)
    number = data.draw(st.integers(0, len(parts.fields) - 1))
    written = list(parts.fields)
    written[number] += "\n!!marked!!"
    lines = [line.strip() for line in parts.joined(written).split("\n")]

    place = parts.place(written, lines.index("!!marked!!") + 1)

    assert place == (number, written[number].count("\n") + 1)


def test_what_a_person_writes_takes_the_programs_own_line_ends():
    parts = sheet(HELLO.replace("\n", "\r\n"))

    written = parts.joined([parts.fields[0].replace("'Hello'", "'Goodbye'\nprint('again')")])

    assert written == HELLO.replace("'Hello'", "'Goodbye'\nprint('again')").replace("\n", "\r\n")


def test_an_edit_beside_an_emoji_keeps_the_emoji():
    parts = sheet("print('✅ done')\nx = 1\n")

    assert parts.joined(["print(':white_check_mark: done')\nx = 2"]) == "print('✅ done')\nx = 2\n"


def test_fields_begin_where_a_definition_begins():
    code = "\n\n".join(f"def f{number}():\n" + "    return 'some text of a line'\n" * 20 for number in range(12))

    parts = sheet(code)

    assert len(parts.fields) > 1
    assert all(field.startswith("def ") for field in parts.fields)


def test_the_indentation_of_a_field_that_begins_within_a_function_stays_outside():
    code = "def f():\n" + "    some_function_of_mine(1, 2, 3)\n" * 200

    parts = sheet(code)

    assert {indentation(blank) for blank in parts.blanks[1:-1]} == {4}
    assert all(field.startswith("some_function") for field in parts.fields[1:])


@pytest.mark.parametrize(
    ("code", "why"),
    [
        ("a\r\nb\n", "line ends of two kinds"),
        ("a\nb = '\x0c'\n", "character in line 2"),
        ("a\rb", "character in line 1"),
        ("\ufeffimport ray\n", "character in line 1"),
        ("x = '\u2028'", "character in line 1"),
        (f"x = '{'y' * 3_000}'", "a line of more than 2,500 characters"),
        ("x = 'a line of a very long program'\n" * 2_000, "too long"),
    ],
)
def test_a_program_that_fields_cannot_carry_is_not_taken_apart_and_a_file_is_asked_for(code, why):
    with pytest.raises(BadRequest) as refused:
        sheet(code)

    assert why in refused.value.sentence
    assert "attached .py file" in refused.value.sentence
