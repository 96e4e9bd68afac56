"""Block Kit's limits, https://docs.slack.dev/reference/block-kit/blocks and what slack_sdk.models says of them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sandbox.slack.blockkit.surfaces import check_message_blocks, check_view
from sandbox.slack.errors import SlackError
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
    text_input,
)

IMAGE = {"type": "image", "image_url": "https://example.com/a.png", "alt_text": "a"}
FEEDBACK = {
    "type": "feedback_buttons",
    "action_id": "feedback",
    "positive_button": {"text": plain("Good"), "value": "good"},
    "negative_button": {"text": plain("Bad"), "value": "bad"},
}
TAKEN = {
    "section at its limit": section("x" * 3000),
    "fields only": {"type": "section", "fields": [mrkdwn("x" * 2000)] * 5},
    "header at its limit": {"type": "header", "text": plain("x" * 150)},
    "ten context elements": {"type": "context", "elements": [mrkdwn()] * 10},
    "twenty-five buttons": actions(*(button(f"b{n}") for n in range(25))),
    "button at its limits": actions(button("a" * 255, "x" * 75, value="v" * 2000)),
    "button for one person": actions(button(visible_to_user_ids=["U0000000001"])),
    "accessory menu": section(accessory={"type": "static_select", "action_id": "m", "options": [option()] * 100}),
    "feedback": {"type": "context_actions", "elements": [FEEDBACK]},
    "markdown at its limit": {"type": "markdown", "text": "x" * 12_000},
    "table at its limit": {"type": "table", "rows": [[cell()] * 20] * 100},
    "table with settings": {"type": "table", "rows": [[cell()]], "column_settings": [None, {"align": "right"}]},
    "preformatted": rich({"type": "rich_text_preformatted", "elements": [rich_words("a < b")]}),
    "list": rich({"type": "rich_text_list", "style": "ordered", "elements": [rich_section(rich_words())]}),
    "image": IMAGE,
    "slack file": {"type": "image", "slack_file": {"id": "F0000000001"}, "alt_text": "a"},
    "divider": {"type": "divider"},
    "task": task("in_progress", details=rich(rich_section(rich_words()))),
    "plan": {"type": "plan", "title": "Plan", "tasks": [task()]},
    "card": {"type": "card", "title": mrkdwn("x" * 150), "body": mrkdwn("x" * 200), "actions": [button()]},
    "container": {"type": "container", "title": plain(), "child_blocks": [section()] * 10},
    "alert": {"type": "alert", "text": mrkdwn(), "level": "warning"},
    "input": input_block(),
    "data table": {"type": "data_table", "whatever": 1},
}
REFUSED = [
    ("section text", section("x" * 3001), "must be less than 3001 characters [json-pointer:/blocks/0/text/text]"),
    ("empty text", section(""), "must be more than 0 characters [json-pointer:/blocks/0/text/text]"),
    ("empty section", {"type": "section"}, "must define at least one of: text, fields [json-pointer:/blocks/0]"),
    ("fields", {"type": "section", "fields": [mrkdwn()] * 11}, "no more than 10 items allowed"),
    ("field text", {"type": "section", "fields": [mrkdwn("x" * 2001)]}, "[json-pointer:/blocks/0/fields/0/text]"),
    ("header text", {"type": "header", "text": plain("x" * 151)}, "must be less than 151 characters"),
    ("header mrkdwn", {"type": "header", "text": mrkdwn()}, "unsupported type: mrkdwn"),
    ("context", {"type": "context", "elements": [mrkdwn()] * 11}, "no more than 10 items allowed"),
    ("context button", {"type": "context", "elements": [button()]}, "unsupported type: button"),
    ("actions", actions(*(button(f"b{n}") for n in range(26))), "no more than 25 items allowed"),
    ("no actions", actions(), "no fewer than 1 items allowed"),
    ("same action_id", actions(button("a"), button("a")), '`action_id` "a" already exists for another element'),
    ("button text", actions(button(text="x" * 76)), "must be less than 76 characters"),
    ("button value", actions(button(value="v" * 2001)), "must be less than 2001 characters"),
    ("action_id", actions(button("a" * 256)), "must be less than 256 characters"),
    ("button style", actions(button(style="red")), "must be a valid enum value"),
    ("button mrkdwn", actions({**button(), "text": mrkdwn()}), "unsupported type: mrkdwn"),
    ("button typo", actions({**button(), "valeu": "x"}), "invalid additional property: valeu"),
    ("input in actions", actions(text_input()), "unsupported type: plain_text_input"),
    ("feedback in actions", actions(FEEDBACK), "unsupported type: feedback_buttons"),
    ("button in context_actions", {"type": "context_actions", "elements": [button()]}, "unsupported type: button"),
    ("six feedbacks", {"type": "context_actions", "elements": [{**FEEDBACK, "action_id": f"f{n}"} for n in range(6)]},
     "no more than 5 items allowed"),
    ("block_id", section(block_id="b" * 256), "must be less than 256 characters"),
    ("unknown block", {"type": "paragraph"}, "unsupported type: paragraph [json-pointer:/blocks/0/type]"),
    ("no type", {"text": mrkdwn()}, "missing required field: type"),
    ("not an object", "text", "missing required field: type"),
    ("options", section(accessory={"type": "static_select", "options": [option()] * 101}), "no more than 100 items"),
    ("no options", section(accessory={"type": "static_select"}), "must define either `options` or `option_groups`"),
    ("option text", section(accessory={"type": "overflow", "options": [option("a", "x" * 76)]}), "less than 76"),
    ("option value", section(accessory={"type": "overflow", "options": [option("v" * 151, "a")]}), "less than 151"),
    ("overflow", section(accessory={"type": "overflow", "options": [option()] * 6}), "no more than 5 items allowed"),
    ("image without text", {"type": "image", "image_url": "https://example.com/a.png"}, "required field: alt_text"),
    ("image url", {**IMAGE, "image_url": "a.png"}, "must be a valid url"),
    ("local image", {**IMAGE, "image_url": "http://127.0.0.1/a.png"}, "downloading image failed"),
    ("image twice", {**IMAGE, "slack_file": {"id": "F1"}}, "must define either `image_url` or `slack_file`, not both"),
    ("rich text", rich({"type": "rich_text_code", "elements": []}), "unsupported type: rich_text_code"),
    ("rich text empty", rich(rich_section(rich_words(""))), "must be more than 0 characters"),
    ("rich text inline", rich(rich_section(mrkdwn())), "unsupported type: mrkdwn"),
    ("rich text bare", rich(rich_words()), "unsupported type: text"),
    ("table rows", {"type": "table", "rows": [[cell()]] * 101}, "no more than 100 items allowed"),
    ("table columns", {"type": "table", "rows": [[cell()] * 21]}, "no more than 20 items allowed"),
    ("table cell", {"type": "table", "rows": [[mrkdwn()]]}, "unsupported type: mrkdwn"),
    ("table text", {"type": "table", "rows": [[cell("x" * 2501)] * 4]}, "10001 characters in all cells"),
    ("task status", task("done"), "must be a valid enum value"),
    ("task details", task(details="words"), "missing required field: type [json-pointer:/blocks/0/details]"),
    ("plan tasks", {"type": "plan", "title": "p", "tasks": [section()]}, "unsupported type: section"),
    ("card", {"type": "card"}, "must define at least one of: hero_image, title, actions, body"),
    ("container", {"type": "container", "title": plain(), "child_blocks": [section()] * 11}, "no more than 10 items"),
    ("nested container",
     {"type": "container", "title": plain(), "child_blocks": [{"type": "container", "child_blocks": [section()]}]},
     "unsupported type: container"),
    ("input without label", {"type": "input", "element": text_input()}, "missing required field: label"),
    ("input with a button", input_block(button()), "unsupported type: button"),
    ("input length", input_block(text_input(max_length=3001)), "must be between 1 and 3000"),
    ("boolean as text", {**section(), "expand": "true"}, "must provide a boolean"),
]  # fmt: skip


@pytest.mark.parametrize("block", TAKEN.values(), ids=TAKEN.keys())
def test_a_block_within_its_limits_is_taken(block):
    assert check_message_blocks([block]) is None


@pytest.mark.parametrize(("block", "sentence"), [row[1:] for row in REFUSED], ids=[row[0] for row in REFUSED])
def test_a_block_beyond_its_limits_is_invalid_and_slack_says_where(block, sentence):
    with pytest.raises(SlackError) as refusal:
        check_message_blocks([block])

    assert refusal.value.code == "invalid_blocks"
    assert any(sentence in message for message in refusal.value.messages), refusal.value.messages


def test_fifty_blocks_are_taken_and_one_more_is_not():
    check_message_blocks([{"type": "divider"}] * 50)

    with pytest.raises(SlackError) as refusal:
        check_message_blocks([{"type": "divider"}] * 51)

    assert refusal.value.messages == ("no more than 50 items allowed [json-pointer:/blocks]",)


def test_a_block_id_stands_once_in_a_message():
    with pytest.raises(SlackError, match="already exists for another block"):
        check_message_blocks([section(block_id="a"), section(block_id="a")])


def test_a_message_holds_one_table():
    table = {"type": "table", "rows": [[cell()]]}

    with pytest.raises(SlackError, match="only_one_table_allowed"):
        check_message_blocks([table, table])


@pytest.mark.parametrize(
    "blocks",
    [
        [section("x" * 3000)] * 4 + [section("x" * 1201)],
        [{"type": "markdown", "text": "x" * 6001}] * 2,
        [rich(rich_section(rich_words("x" * 13_201)))],
    ],
    ids=["sections", "markdown together", "rich text"],
)
def test_blocks_whose_text_is_too_long_together_are_msg_blocks_too_long(blocks):
    with pytest.raises(SlackError) as refusal:
        check_message_blocks(blocks)

    assert refusal.value.code == "msg_blocks_too_long"


def test_blocks_that_are_no_list_have_the_wrong_format():
    with pytest.raises(SlackError) as refusal:
        check_message_blocks({"type": "section"})

    assert refusal.value.code == "invalid_blocks_format"


@pytest.mark.parametrize(
    ("view", "sentence"),
    [
        (modal(title=plain("x" * 25)), "must be less than 25 characters [json-pointer:/view/title/text]"),
        (modal(submit=plain("x" * 25)), "[json-pointer:/view/submit/text]"),
        (modal(*[{"type": "divider"}] * 101), "no more than 100 items allowed [json-pointer:/view/blocks]"),
        (modal(private_metadata="x" * 3001), "must be less than 3001 characters"),
        (modal(callback_id="x" * 256), "must be less than 256 characters"),
        (modal({"type": "markdown", "text": "x"}), "unsupported type: markdown"),
        (modal({"type": "table", "rows": [[cell()]]}), "unsupported type: table"),
        (modal(input_block(), submit=None), "missing required field: submit"),
        (modal(input_block(), input_block()), "already exists for another block"),
        ({"type": "modal", "blocks": []}, "missing required field: title"),
        (home(section(), title=plain()), "invalid additional property: title"),
    ],
)
def test_a_view_beyond_its_limits_is_refused_with_invalid_arguments(view, sentence):
    with pytest.raises(SlackError) as refusal:
        check_view(view, "modal", "home")

    assert refusal.value.code == "invalid_arguments"
    assert any(sentence in message for message in refusal.value.messages), refusal.value.messages


def test_a_view_within_its_limits_is_taken():
    blocks = [input_block(), *[{"type": "divider"}] * 99]

    assert check_view(modal(*blocks, private_metadata="x" * 3000, title=plain("x" * 24)), "modal") is None


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5) | st.sampled_from(["section", "text", "button"]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["type", "text", "elements", "rows", "accessory", "tasks", "blocks"]), inner)
    ),
    max_leaves=12,
)


@given(st.lists(st.sampled_from(list(TAKEN.values())) | JSON, max_size=4))
def test_any_json_is_either_taken_or_refused_with_a_slack_error(blocks):
    try:
        check_message_blocks(blocks)
    except SlackError as refusal:
        assert refusal.code in {"invalid_blocks", "msg_blocks_too_long"}  # noqa: PT017  either way is a valid outcome
