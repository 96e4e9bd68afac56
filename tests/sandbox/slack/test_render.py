"""Messages as lines of text; every kind of block that the stand-in takes can be drawn."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sandbox.slack import File, Message, View
from sandbox.slack.blockkit.blocks import MESSAGE
from sandbox.slack.drawing.blocks import DRAW, lines_of_blocks
from sandbox.slack.drawing.mrkdwn import lines_of_mrkdwn, unescaped
from sandbox.slack.drawing.names import Names
from sandbox.slack.person.typed import escaped
from sandbox.slack.render import render_conversation, render_message, render_view
from tests.sandbox.slack.shapes import (
    actions,
    button,
    cell,
    home,
    input_block,
    modal,
    mrkdwn,
    option,
    plain,
    rich,
    rich_section,
    rich_words,
    section,
    task,
)
from tests.sandbox.slack.test_blockkit import TAKEN

NAMES = Names(
    users={"U1": "analyst", "U2": "raygen"}, channels={"C1": "data"}, groups={"S1": "approvers"}, apps=frozenset({"U2"})
)


def message(text="x", user="U1", ts="1.000001", **more):
    return Message(ts=ts, channel="C1", user=user, text=text, **more)


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("a &lt; b &amp;&amp; c", ["a < b && c"]),
        ("&amp;lt;", ["&lt;"]),
        ("<@U1> and <@U9>", ["@analyst and @U9"]),
        ("in <#C1|old> or <#C9|other>", ["in #data or #other"]),
        ("<!channel> <!here> <!subteam^S1>", ["@channel @here @approvers"]),
        ("<https://example.com|docs> <https://example.com>", ["docs (https://example.com) https://example.com"]),
        ("<!date^1700000000^{date}|today>", ["today"]),
        ("see\n```python\nprint(1)\n  x\n```\ndone", ["see", "│ print(1)", "│   x", "done"]),
        ("```a &lt; b```", ["│ a < b"]),
        ("", []),
    ],
)
def test_mrkdwn_reads_as_in_slack(text, lines):
    assert lines_of_mrkdwn(text, NAMES) == lines


@given(st.text())
def test_escaping_and_unescaping_undo_each_other(text):
    assert unescaped(escaped(text)) == text


@pytest.mark.parametrize(
    ("block", "lines"),
    [
        ({"type": "header", "text": plain("Title")}, ["# Title"]),
        (section("*bold*", accessory=button()), ["*bold*", "[Run]"]),
        ({"type": "section", "fields": [mrkdwn("a"), mrkdwn("b")]}, ["· a", "· b"]),
        (actions(button(), button("edit", "Edit")), ["[Run] [Edit]"]),
        (actions({"type": "static_select", "placeholder": plain("Cluster"), "options": [option()]}), ["(Cluster ▾)"]),
        ({"type": "context", "elements": [mrkdwn("a"), mrkdwn("b")]}, ["a · b"]),
        ({"type": "image", "image_url": "https://x.org", "alt_text": "a plot"}, ["[image: a plot]"]),
        ({"type": "markdown", "text": "# Plan\n```\nx = 1\n```"}, ["# Plan", "│ x = 1"]),
        ({"type": "table", "rows": [[cell("name"), cell("n")], [cell("a"), cell("10")]],
          "column_settings": [None, {"align": "right"}]}, ["name   n", "a     10"]),
        (rich({"type": "rich_text_preformatted", "elements": [rich_words("a < b\n c")]}), ["│ a < b", "│  c"]),
        (rich({"type": "rich_text_quote", "elements": [rich_words("q")]}), ["> q"]),
        (rich({"type": "rich_text_list", "style": "bullet", "indent": 1, "elements": [rich_section(rich_words("a"))]}),
         ["  • a"]),
        (rich({"type": "rich_text_list", "style": "ordered", "offset": 2, "elements": [rich_section(rich_words("a"))]}),
         ["3. a"]),
        (rich(rich_section({"type": "user", "user_id": "U1"}, rich_words("x", style={"code": True}))), ["@analyst`x`"]),
        (rich(rich_section({"type": "broadcast", "range": "here"}, {"type": "emoji", "name": "a"})), ["@here:a:"]),
        (task("in_progress", details=rich(rich_section(rich_words("now")))), ["◐ Write", "  now"]),
        ({"type": "plan", "title": "Two steps", "tasks": [task(), task("error")]},
         ["Two steps", "  ✓ Write", "  ✗ Write"]),
        ({"type": "card", "title": mrkdwn("T"), "actions": [button()]}, ["T", "[Run]"]),
        ({"type": "container", "title": plain("Box"), "child_blocks": [section("in")]}, ["Box", "  in"]),
        ({"type": "alert", "text": mrkdwn("careful")}, ["! careful"]),
        (input_block(), ["Code: (… ▾)"]),
        ({"type": "data_table"}, ["[data table]"]),
    ],
)  # fmt: skip
def test_a_block_is_drawn(block, lines):
    assert lines_of_blocks([block], NAMES) == lines


@pytest.mark.parametrize("block", TAKEN.values(), ids=TAKEN.keys())
def test_whatever_is_taken_can_be_drawn(block):
    lines = lines_of_blocks([block], NAMES)

    assert lines
    assert all("\n" not in line for line in lines)


def test_every_kind_of_block_is_drawn_or_named():
    assert set(MESSAGE) - set(DRAW) == {"data_table", "data_visualization"}


def test_a_button_is_drawn_for_those_who_see_it():
    block = actions(button(visible_to_user_ids=["U1"]))
    others = Names(viewer="U3")

    assert lines_of_blocks([block], NAMES) == ["[Run]"]
    assert lines_of_blocks([block], others) == []


def test_a_thread_is_drawn_below_its_root_with_who_said_what():
    snippet = File("F1", "hello.py", "hello.py", b"print('hello')\n", "U2", 0, snippet_type="python")
    picture = File("F2", "plot.png", "plot", b"1234", "U2", 0)
    messages = [
        message("<@U2> count"),
        message("other", ts="2.000000"),
        message("", "U2", "3.000000", thread_ts="1.000001", blocks=(section("Done"), actions(button()))),
        message("code", "U2", "4.000000", thread_ts="1.000001", files=(snippet, picture)),
    ]

    assert render_conversation(messages, NAMES) == [
        "analyst",
        "  @raygen count",
        "  raygen APP",
        "    Done",
        "    [Run]",
        "  raygen APP",
        "    code",
        "    [snippet: hello.py]",
        "    │ print('hello')",
        "    [file: plot, 4 bytes]",
        "analyst",
        "  other",
    ]


def test_what_a_person_sees_around_a_message_is_drawn():
    assert render_message(message("x", edited="2.0"), NAMES) == ["analyst", "  x (edited)"]
    assert render_message(message("x", streaming=True), NAMES) == ["analyst", "  x", "  ▌"]
    assert render_message(message("x", reactions=(("eyes", "U1"), ("eyes", "U2"))), NAMES)[-1] == "  :eyes: 2"
    assert render_message(message("x", ephemeral_to="U1"), NAMES)[0] == "analyst  (only visible to analyst)"
    attached = message("", attachments=({"text": "a", "blocks": [section("b")]},))
    assert render_message(attached, NAMES)[1:] == ["  ▏ a", "  ▏ b"]


def test_a_long_snippet_is_cut_for_the_terminal():
    snippet = File("F1", "a.py", "a.py", b"x\n" * 50, "U2", 0, snippet_type="python")

    lines = render_message(message("", files=(snippet,)), NAMES)

    assert len(lines) == 43
    assert lines[-1] == "  │ … 10 more lines"


def test_views_are_drawn():
    modal_view = View("V1", "U1", "h", modal(section("text"), close=plain("No")), "V1")
    home_view = View("V2", "U1", "h", home(section("text")), "V2")

    assert render_view(modal_view, NAMES) == ["┌ Edit", "│ text", "│ [No] [Save]", "└"]
    assert render_view(home_view, NAMES) == ["text"]
