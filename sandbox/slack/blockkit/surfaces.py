"""A whole payload of blocks: a message's, or a view's.

The limit for all blocks of a message together is not in the reference; about 13,200 characters was measured by
others, and is what `msg_blocks_too_long` stands for here.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from sandbox.slack.blockkit.blocks import MESSAGE, VIEW
from sandbox.slack.blockkit.parts import TYPE, plain_text
from sandbox.slack.blockkit.schema import Check, anything, array, boolean, fault, string, table, tagged
from sandbox.slack.errors import SlackError
from sandbox.slack.model import Json

MOST_BLOCKS = 50
MOST_VIEW_BLOCKS = 100
MOST_CHARACTERS = 13_200
MOST_MARKDOWN = 12_000
MOST_TABLE_CHARACTERS = 10_000
LARGEST_VIEW_BYTES = 250_000
TEXT_KEYS = ("text", "title", "subtitle", "body")


def check_message_blocks(blocks: Any) -> None:
    """Raise invalid_blocks_format, invalid_blocks or msg_blocks_too_long if Slack would."""
    if not isinstance(blocks, list):
        raise SlackError("invalid_blocks_format")
    faults: list[str] = []
    array(tagged(MESSAGE), MOST_BLOCKS, 0)(blocks, "/blocks", faults)
    faults += _repeated_ids(blocks, "/blocks")
    faults += _tables(blocks)
    if faults:
        raise SlackError("invalid_blocks", faults)
    if characters(blocks) > MOST_CHARACTERS or _markdown_characters(blocks) > MOST_MARKDOWN:
        raise SlackError("msg_blocks_too_long")


def check_view(view: Any, *kinds: str) -> None:
    """Raise invalid_arguments or view_too_large unless `view` is a proper one of `kinds` (modal, home)."""
    faults: list[str] = []
    tagged({kind: VIEWS[kind] for kind in kinds})(view, "/view", faults)
    if isinstance(view, dict) and isinstance(view.get("blocks"), list):
        faults += _repeated_ids(view["blocks"], "/view/blocks")
    if faults:
        raise SlackError("invalid_arguments", faults)
    if len(json.dumps(view)) > LARGEST_VIEW_BYTES:
        raise SlackError("view_too_large")


def characters(node: Any) -> int:
    """How many characters of text a tree of blocks holds."""
    if isinstance(node, Mapping):
        own = sum(len(node[key]) for key in TEXT_KEYS if isinstance(node.get(key), str))
        return own + sum(characters(value) for value in node.values() if isinstance(value, Mapping | list))
    return sum(characters(one) for one in node) if isinstance(node, list) else 0


def walk(blocks: Sequence[Any]) -> Iterator[Json]:
    """Every block, those inside containers, plans and carousels among them."""
    for block in blocks:
        if not isinstance(block, dict):
            continue
        yield block
        for name in ("child_blocks", "tasks", *["elements"] * (block.get("type") == "carousel")):
            inner = block.get(name)
            yield from walk(inner if isinstance(inner, list) else [])


def _repeated_ids(blocks: Sequence[Any], pointer: str) -> list[str]:
    faults: list[str] = []
    seen: set[str] = set()
    for index, block in enumerate(blocks):
        block_id = block.get("block_id") if isinstance(block, dict) else None
        if isinstance(block_id, str) and block_id in seen:
            where = f"{pointer}/{index}/block_id"
            fault(faults, where, f'`block_id` "{block_id}" already exists for another block')
        if isinstance(block_id, str):
            seen.add(block_id)
    return faults


def _tables(blocks: Sequence[Any]) -> list[str]:
    """One table a message, of 10,000 characters: https://docs.slack.dev/reference/block-kit/blocks/table-block."""
    tables = [block for block in walk(blocks) if block.get("type") == "table"]
    faults = ["only_one_table_allowed [json-pointer:/blocks]"] if len(tables) > 1 else []
    if any(characters(one) > MOST_TABLE_CHARACTERS for one in tables):
        faults.append(f"must be less than {MOST_TABLE_CHARACTERS + 1} characters in all cells [json-pointer:/blocks]")
    return faults


def _markdown_characters(blocks: Sequence[Any]) -> int:
    return sum(len(str(block.get("text"))) for block in walk(blocks) if block.get("type") == "markdown")


def _submit_for_input(value: Any, pointer: str, faults: list[str]) -> None:
    blocks = value.get("blocks")
    kinds = {block.get("type") for block in blocks if isinstance(block, dict)} if isinstance(blocks, list) else set()
    if "input" in kinds and not value.get("submit"):
        fault(faults, pointer, "missing required field: submit")


_COMMON: dict[str, Check] = {
    "type": TYPE,
    "blocks": array(tagged(VIEW), MOST_VIEW_BLOCKS, 0),
    "private_metadata": string(3000, 0),
    "callback_id": string(255),
    "external_id": string(255),
}
VIEWS: Mapping[str, Check] = {
    "home": table(_COMMON, ["blocks"]),
    "modal": table(
        {
            **_COMMON,
            **dict.fromkeys(("title", "submit", "close"), plain_text(24)),
            **dict.fromkeys(("clear_on_close", "notify_on_close", "submit_disabled"), boolean),
            "response_urls": anything,
        },
        ["title", "blocks"],
        _submit_for_input,
    ),
}
