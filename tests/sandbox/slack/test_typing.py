"""What a person types, https://docs.slack.dev/messaging/formatting-message-text."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sandbox.slack.clock import ManualClock
from sandbox.slack.drawing.mrkdwn import lines_of_mrkdwn
from sandbox.slack.drawing.names import names_of
from sandbox.slack.drawing.rich_text import lines_of_rich_text
from sandbox.slack.ids import Ids
from sandbox.slack.person.typed import as_blocks, as_text
from sandbox.slack.workspace import default_workspace

WORKSPACE = default_workspace(Ids(ManualClock()), "raygen")
BOT = WORKSPACE.bot.id


@pytest.mark.parametrize(
    ("typed", "text"),
    [
        ("@raygen run", f"<@{BOT}> run"),
        ("ask @raygen.", f"ask <@{BOT}>."),
        ("@nobody", "@nobody"),
        ("mail@raygen2.example", "mail@raygen2.example"),
        ("#nowhere", "#nowhere"),
        ("(https://example.com/a?b=1&c=2)", "(<https://example.com/a?b=1&amp;c=2>)"),
        ("```\n@raygen <x>\n```", "```\n@raygen &lt;x&gt;\n```"),
        ("<@U0000000001>", "&lt;@U0000000001&gt;"),
    ],
)
def test_names_and_addresses_become_markup_and_the_rest_is_escaped(typed, text):
    assert as_text(WORKSPACE, typed) == text


def test_a_code_fence_becomes_a_preformatted_part():
    block = as_blocks(WORKSPACE, "run\n```\nx = 1\n```")[0]

    assert [part["type"] for part in block["elements"]] == ["rich_text_section", "rich_text_preformatted"]
    assert block["elements"][1]["elements"] == [{"type": "text", "text": "x = 1"}]


@given(st.text(st.characters(codec="ascii", exclude_characters="`\r"), min_size=1).filter(str.strip))
def test_text_and_blocks_say_the_same(typed):
    names = names_of(WORKSPACE)

    from_text = "\n".join(lines_of_mrkdwn(as_text(WORKSPACE, typed), names))
    from_blocks = "\n".join(lines_of_rich_text(as_blocks(WORKSPACE, typed)[0], names))

    assert from_text == typed.strip("\n")
    assert from_blocks == typed.strip("\n")


def test_styles_are_pieces_of_the_block_and_stay_in_the_text():
    typed = "*bold* and `a * b * c` and _it_ but not 2*3*4 or snake_case_name"

    (block,) = as_blocks(WORKSPACE, typed)

    styled = [(e["text"], *e.get("style", {})) for e in block["elements"][0]["elements"]]
    assert styled == [
        ("bold", "bold"),
        (" and ",),
        ("a * b * c", "code"),
        (" and ",),
        ("it", "italic"),
        (" but not 2*3*4 or snake_case_name",),
    ]
    assert as_text(WORKSPACE, typed) == typed
