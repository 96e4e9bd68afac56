from hypothesis import given
from hypothesis import strategies as st

from agents.wire import OutputPart
from bot.output import attributed, head, readable, tail

PLAIN = st.text(st.characters(exclude_categories=["Cc", "Cs"]) | st.just("\n") | st.just("\t"))


@given(PLAIN)
def test_plain_output_is_shown_as_it_was_printed(output):
    assert readable(output) == output


def test_blank_lines_and_lines_that_look_like_rays_are_the_users_own():
    output = "\n\nRunning 0: 3 tasks\n(f pid=12) hello\n\n\\n stays\n"

    assert readable(output) == output


def test_colours_and_cursor_movements_are_left_out():
    assert readable("\x1b[31mred\x1b[0m \x1b]0;title\x07text\x1b[2K") == "red text"


def test_a_line_that_was_overwritten_shows_its_last_state():
    assert readable(" 10%\r 50%\r100%\nnext\r\nlast\r") == "100%\nnext\nlast"


@given(st.text())
def test_nothing_that_a_terminal_would_obey_is_left(output):
    assert not {c for c in readable(output) if ord(c) < 32} - {"\n", "\t"}


@given(PLAIN, st.integers(1, 200), st.integers(1, 10))
def test_an_excerpt_is_within_its_limits_and_says_whether_it_is_everything(text, characters, lines):
    for excerpt in (head(text, characters, lines), tail(text, characters, lines)):
        assert len(excerpt.text) <= characters
        assert excerpt.text.count("\n") < lines
        assert excerpt.whole == (excerpt.text == text.removesuffix("\n"))


def test_the_head_is_the_beginning_and_the_tail_the_end():
    text = "".join(f"{i}\n" for i in range(100))

    assert head(text, 1000, 3).text == "0\n1\n2"
    assert tail(text, 1000, 3).text == "97\n98\n99"
    assert head(text, 1000, 3).lines == 100


def test_each_line_is_shown_with_where_it_comes_from():
    output = "hello\nfrom f\nand more\noops\nlast"
    parts = [
        OutputPart(characters=6, stream="stdout"),
        OutputPart(characters=16, stream="stdout", pid="7", name="f", ip="10.0.0.1"),
        OutputPart(characters=5, stream="stderr", pid="8"),
    ]

    assert attributed(output, parts, str).splitlines() == [
        "driver                | hello",
        "f pid=7               | from f",
        "f pid=7               | and more",
        "worker pid=8 (stderr) | oops",
        "?                     | last",
    ]


@given(st.lists(st.tuples(PLAIN.filter(bool), st.sampled_from(["1", None]))))
def test_no_line_is_lost_where_sources_are_shown(stretches):
    parts = [OutputPart(characters=len(text), stream="stdout", pid=pid) for text, pid in stretches]
    output = "".join(text for text, _ in stretches)

    shown = attributed(output, parts, str)

    lines = [line for text, _ in stretches for line in text.strip("\n").split("\n")]
    assert [line.partition(" | ")[2] for line in shown.split("\n") if stretches] == lines
