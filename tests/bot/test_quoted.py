from hypothesis import given
from hypothesis import strategies as st

from bot.quoted import words_of

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=20),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.sampled_from(["text", "blocks", "elements", "type", "attachments", "x"]), inner, max_size=4
        )
    ),
    max_leaves=20,
)


def test_a_persons_message_says_its_text():
    block = {
        "type": "rich_text",
        "elements": [{"type": "rich_text_section", "elements": [{"type": "text", "text": "x"}]}],
    }

    assert words_of({"text": "count *words*", "user": "U1", "blocks": [block]}) == "count *words*"


def test_an_apps_message_says_what_its_blocks_say_and_not_its_buttons():
    blocks = [
        {"type": "section", "text": {"type": "mrkdwn", "text": "Failed"}},
        {
            "type": "rich_text",
            "elements": [{"type": "rich_text_preformatted", "elements": [{"type": "text", "text": "E: x"}]}],
        },
        {"type": "actions", "elements": [{"type": "button", "text": {"type": "plain_text", "text": "Fix it"}}]},
    ]

    assert words_of({"text": "A run failed.", "bot_id": "B1", "blocks": blocks}) == "Failed\nE: x"


def test_an_attachment_speaks_where_nothing_else_does():
    assert words_of({"text": "", "attachments": [{"fallback": "Build 7 failed"}]}) == "Build 7 failed"


@given(st.dictionaries(st.sampled_from(["text", "blocks", "attachments", "bot_id"]), JSON))
def test_whatever_a_message_holds_is_read_without_a_failure(message):
    assert isinstance(words_of(message), str)
