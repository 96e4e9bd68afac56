import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from agents.wire import INPUT_NAME, MAX_INPUT_NAME_BYTES, InputFiles
from bot.attachments.names import numbered, plain_name
from bot.attachments.shared import CODE, SharedFile, is_usable, named


@pytest.mark.parametrize(
    ("name", "plain"),
    [
        ("sales.csv", "sales.csv"),
        ("Umsätze 2026 (final).xlsx", "Umsätze 2026 (final).xlsx"),
        ("売上.csv", "売上.csv"),
        ("../../etc/passwd", "passwd"),
        ("..\\..\\boot.ini", "boot.ini"),
        ("/etc/shadow", "shadow"),
        (".bashrc", "bashrc"),
        ("-rf.csv", "rf.csv"),
        ("a\u202evsc.exe", "a_vsc.exe"),
        ("rows`\n$(id).csv", "rows_ _(id).csv"),
        ("<@U1> & co.csv", "U1_ _ co.csv"),
        ("..", "file"),
        ("", "file"),
        ("🎉.csv", "file.csv"),
        ("e\u0301t\u00e9.csv", "\u00e9t\u00e9.csv"),
    ],
)
def test_a_name_is_kept_as_far_as_a_directory_and_a_prompt_can_bear_it(name, plain):
    assert plain_name(name) == plain


def test_a_long_name_is_cut_and_keeps_its_suffix():
    plain = plain_name("ü" * 300 + ".parquet")

    assert plain.endswith("ü.parquet")
    assert len(plain.encode()) <= MAX_INPUT_NAME_BYTES


@given(st.text(max_size=400))
@example("evil.py.")
@example("x" * 210)
@example("a." + "b" * 300)
def test_every_name_becomes_one_that_the_wire_takes(name):
    plain = plain_name(name)

    assert INPUT_NAME.fullmatch(plain)
    assert plain_name(plain) == plain
    InputFiles(sha256="0" * 64, size=1, names=(plain, numbered(plain, {plain})), url="https://x")


@given(st.text(max_size=30).map(lambda text: text + ".py") | st.text(max_size=60))
@example("numpy.py.")
@example("numpy.py .")
@example("numpy.PY")
@example("x/numpy.py/")
def test_nothing_that_python_would_import_gets_a_name(name):
    if is_usable(SharedFile("F1", name, 1)):
        assert not CODE.search(plain_name(name))


def test_a_later_file_of_a_name_replaces_the_earlier_one():
    first, second, other = SharedFile("F1", "a.csv"), SharedFile("F2", "a.csv"), SharedFile("F3", "b.csv")

    assert named([(first, other), (second,)]) == {"a.csv": second, "b.csv": other}


def test_two_files_of_a_name_in_one_message_are_both_there():
    files = tuple(SharedFile(f"F{number}", "a.csv") for number in range(3))

    assert named([files]) == {"a.csv": files[0], "a-2.csv": files[1], "a-3.csv": files[2]}


@given(st.lists(st.lists(st.text(max_size=5), max_size=4), max_size=4))
def test_no_file_of_the_last_message_is_lost(messages):
    posted = [
        tuple(SharedFile(f"F{number}-{place}", name) for place, name in enumerate(names))
        for number, names in enumerate(messages)
    ]

    files = named(posted)

    assert set(posted[-1] if posted else ()) <= set(files.values())
