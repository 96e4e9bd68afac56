"""Every kind of block, and on which surface it may stand.

https://docs.slack.dev/reference/block-kit/blocks and slack_sdk.models.blocks. Not checked, because the reference at
hand does not say: the insides of data_table and data_visualization blocks, video addresses against the app's unfurl
domains, and which of the newest blocks a workspace already has.
"""

from collections.abc import Mapping
from typing import Any

from sandbox.slack.blockkit.elements import BUTTON, IN_ACTIONS, IN_CONTEXT_ACTIONS, IN_INPUT, IN_SECTION, OVERFLOW
from sandbox.slack.blockkit.parts import IMAGE, IMAGE_FIELDS, TYPE, plain_text, text
from sandbox.slack.blockkit.rich_text import RICH_TEXT, RICH_TEXT_FIELDS
from sandbox.slack.blockkit.schema import (
    Check,
    anything,
    array,
    boolean,
    either,
    fault,
    integer,
    not_both,
    number,
    one_of,
    string,
    table,
    tagged,
    url,
)

BLOCK_ID = string(255)
TASK_STATUS = one_of("pending", "in_progress", "complete", "error")
IMAGE_ELEMENT = tagged({"image": IMAGE})


def _block(fields: Mapping[str, Check], required: list[str] | None = None, *rules: Check) -> Check:
    return table({"type": TYPE, "block_id": BLOCK_ID, **fields}, required or [], *rules)


def _unique_actions(value: Any, pointer: str, faults: list[str]) -> None:
    seen: set[str] = set()
    elements = value.get("elements")
    for index, element in enumerate(elements if isinstance(elements, list) else []):
        action_id = element.get("action_id") if isinstance(element, dict) else None
        if not isinstance(action_id, str):
            continue
        if action_id in seen:
            where = f"{pointer}/elements/{index}/action_id"
            fault(faults, where, f'`action_id` "{action_id}" already exists for another element')
        seen.add(action_id)


def _header_or_collapse(value: Any, pointer: str, faults: list[str]) -> None:
    if value.get("is_collapsible") and value.get("has_header_divider"):
        fault(faults, pointer, "has_header_divider cannot be set when is_collapsible is true")


def _checks_child_blocks(value: Any, pointer: str, faults: list[str]) -> None:
    """A container's children are blocks of a message, but no containers."""
    tagged({kind: check for kind, check in MESSAGE.items() if kind != "container"})(value, pointer, faults)


CELL = tagged(
    {
        "raw_text": table({"type": TYPE, "text": string(3000)}, ["text"]),
        "raw_number": table({"type": TYPE, "value": number, "text": string(3000)}, ["value", "text"]),
        "rich_text": table({**RICH_TEXT_FIELDS, "block_id": BLOCK_ID}, ["elements"]),
    }
)
COLUMN = table({"align": one_of("left", "center", "right"), "is_wrapped": boolean})
SOURCE = table({"type": TYPE, "url": url(), "text": string(3000)}, ["url", "text"])
TASK_CARD = _block(
    {
        "task_id": string(255),
        "title": string(3000),
        "details": RICH_TEXT,
        "output": RICH_TEXT,
        "sources": array(SOURCE, 100, 0),
        "status": TASK_STATUS,
    },
    ["task_id", "title", "status"],
)
CARD = _block(
    {
        "hero_image": IMAGE_ELEMENT,
        "icon": IMAGE_ELEMENT,
        "title": text(150),
        "subtitle": text(150),
        "body": text(200),
        "actions": array(tagged({"button": BUTTON}), 25),
    },
    [],
    either("hero_image", "title", "actions", "body"),
)


def _column(value: Any, pointer: str, faults: list[str]) -> None:
    """A column's settings, or null for a column that keeps the defaults."""
    if value is not None:
        COLUMN(value, pointer, faults)


ANYWHERE: Mapping[str, Check] = {
    "actions": _block({"elements": array(tagged(IN_ACTIONS), 25)}, ["elements"], _unique_actions),
    "alert": _block({"text": text(), "level": one_of("default", "info", "warning", "error", "success")}, ["text"]),
    "context": _block(
        {"elements": array(tagged({"image": IMAGE, **dict.fromkeys(("plain_text", "mrkdwn"), text())}), 10)},
        ["elements"],
    ),
    "divider": _block({}),
    "header": _block({"text": plain_text(150), "level": integer(1, 4)}, ["text"]),
    "image": _block(
        {**IMAGE_FIELDS, "title": plain_text(2000)},
        ["alt_text"],
        either("image_url", "slack_file"),
        not_both("image_url", "slack_file"),
    ),
    "input": _block(
        {
            "label": plain_text(2000),
            "element": tagged(IN_INPUT),
            "hint": plain_text(2000),
            "optional": boolean,
            "dispatch_action": boolean,
        },
        ["label", "element"],
    ),
    "rich_text": _block(RICH_TEXT_FIELDS, ["elements"]),
    "section": _block(
        {"text": text(), "fields": array(text(2000), 10), "accessory": tagged(IN_SECTION), "expand": boolean},
        [],
        either("text", "fields"),
    ),
    "video": _block(
        {
            **dict.fromkeys(("video_url", "thumbnail_url", "title_url", "provider_icon_url"), url()),
            "title": plain_text(200),
            "alt_text": string(2000),
            "description": plain_text(200),
            "author_name": string(50),
            "provider_name": string(75),
        },
        ["title", "alt_text", "video_url", "thumbnail_url"],
    ),
}
MESSAGE: Mapping[str, Check] = {
    **ANYWHERE,
    "card": CARD,
    "carousel": _block({"elements": array(tagged({"card": CARD}), 10)}, ["elements"]),
    "container": _block(
        {
            "title": plain_text(150),
            "rich_text_title": RICH_TEXT,
            "subtitle": text(150),
            "child_blocks": array(_checks_child_blocks, 10),
            "width": one_of("narrow", "standard", "wide", "full"),
            "icon": IMAGE_ELEMENT,
            **dict.fromkeys(("is_collapsible", "default_collapsed", "has_header_divider"), boolean),
        },
        ["child_blocks"],
        either("title", "rich_text_title"),
        _header_or_collapse,
    ),
    "context_actions": _block({"elements": array(tagged(IN_CONTEXT_ACTIONS), 5)}, ["elements"], _unique_actions),
    "data_table": anything,
    "data_visualization": anything,
    "markdown": _block({"text": string(12_000)}, ["text"]),
    "plan": _block({"title": string(3000), "tasks": array(tagged({"task_card": TASK_CARD}), 50, 0)}, ["title"]),
    "table": _block({"rows": array(array(CELL, 20), 100), "column_settings": array(_column, 20, 0)}, ["rows"]),
    "task_card": TASK_CARD,
    "auth_provider": _block(
        {
            "value": string(150),
            "name": plain_text(75),
            "is_connected": boolean,
            "description": plain_text(150),
            **dict.fromkeys(("icon_url", "auth_url", "disconnect_url"), url()),
            **dict.fromkeys(("connected_identity", "connected_context"), plain_text(75)),
            "accessory": tagged({"overflow": OVERFLOW}),
            "fallback": array(anything, 50, 0),
        },
        ["value", "name", "is_connected"],
    ),
}
VIEW: Mapping[str, Check] = ANYWHERE
