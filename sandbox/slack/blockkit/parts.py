"""Composition objects: texts, options, confirmations.

https://docs.slack.dev/reference/block-kit/composition-objects
"""

from typing import Any

from sandbox.slack.blockkit.schema import (
    Check,
    anything,
    array,
    boolean,
    either,
    fault,
    image_url,
    not_both,
    one_of,
    string,
    table,
    tagged,
    url,
)

TYPE = anything
"""`type` was looked at by `tagged` already."""


def plain_text(most: int = 3000) -> Check:
    """A text object that must be plain_text."""
    return tagged({"plain_text": table({"type": TYPE, "text": string(most), "emoji": boolean}, ["text"])})


def text(most: int = 3000) -> Check:
    """A text object, plain_text or mrkdwn."""
    content = string(most)
    return tagged(
        {
            "plain_text": table({"type": TYPE, "text": content, "emoji": boolean}, ["text"]),
            "mrkdwn": table({"type": TYPE, "text": content, "verbatim": boolean}, ["text"]),
        }
    )


CONFIRM = table(
    {
        "title": plain_text(100),
        "text": text(300),
        "confirm": plain_text(30),
        "deny": plain_text(30),
        "style": one_of("primary", "danger"),
    },
    ["title", "text", "confirm", "deny"],
)
PLAIN_OPTION = table(
    {"text": plain_text(75), "value": string(150), "description": plain_text(75), "url": url()}, ["text", "value"]
)
RICH_OPTION = table({"text": text(75), "value": string(150), "description": text(75)}, ["text", "value"])
OPTION_GROUP = table({"label": plain_text(75), "options": array(PLAIN_OPTION, 100)}, ["label", "options"])
SLACK_FILE = table({"id": string(255), "url": url()}, (), either("id", "url"))
IMAGE_FIELDS: dict[str, Check] = {
    "type": TYPE,
    "image_url": image_url(),
    "slack_file": SLACK_FILE,
    "alt_text": string(2000),
    "image_width": anything,
    "image_height": anything,
    "image_bytes": anything,
}
"""The last three are what Slack adds to an image that an app sends back."""
IMAGE = table(IMAGE_FIELDS, ["alt_text"], either("image_url", "slack_file"), not_both("image_url", "slack_file"))
FILTER = table(
    {
        "include": array(one_of("im", "mpim", "private", "public"), 4),
        "exclude_external_shared_channels": boolean,
        "exclude_bot_users": boolean,
    }
)
DISPATCH_ACTION = table({"trigger_actions_on": array(one_of("on_enter_pressed", "on_character_entered"), 2)})
WORKFLOW = table({"trigger": table({"url": url(), "customizable_input_parameters": anything}, ["url"])}, ["trigger"])
FEEDBACK_BUTTON = table(
    {"text": plain_text(75), "value": string(2000), "accessibility_label": string(75)}, ["text", "value"]
)
USER_IDS = array(string(20), 100)


def one_list_of_options(value: Any, pointer: str, faults: list[str]) -> None:
    """A rule of static menus: `options` or `option_groups`, one of them and not both."""
    if (value.get("options") is None) == (value.get("option_groups") is None):
        fault(faults, pointer, "must define either `options` or `option_groups`")
