"""The modal of the global shortcut: a request for code, and what it says when it comes back. Pure functions."""

from dataclasses import dataclass
from typing import Any

from bot.blocks import names
from bot.blocks import text as t
from bot.blocks.edit import modal
from bot.editing import INPUT_CHARACTERS

TITLE = "Ask for Ray code"
PROMPT, CHANNEL, FILES = "prompt", "channel", "files"
MAX_FILES = 10
"""https://docs.slack.dev/reference/block-kit/block-elements/file-input-element: the most of one field."""
FIELDS_OF_FAULTS = {"no_cluster": CHANNEL}


@dataclass(frozen=True)
class Filled:
    """What somebody asks for, in which channel, and Slack's file objects."""

    prompt: str
    channel: str
    files: tuple[dict[str, Any], ...]


def form(cluster: str | None, other_clusters: int, *, files: bool) -> t.Block:
    """The empty modal; `files` says whether any can be taken."""
    return {
        **modal(TITLE, names.ASK_VIEW),
        "submit": {"type": "plain_text", "text": "Ask"},
        "blocks": [
            _input(PROMPT, "What should the code do?", _words()),
            _input(CHANNEL, "Where should I answer?", _channels()),
            *((_input(FILES, "Files for the program", _files(), optional=True),) if files else ()),
            t.context(_where(cluster, other_clusters)),
        ],
    }


def filled(values: dict[str, Any]) -> Filled:
    """What the fields say; `values` are Slack's `state.values`."""
    return Filled(
        prompt=str(values[PROMPT][PROMPT].get("value") or ""),
        channel=str(values[CHANNEL][CHANNEL].get("selected_conversation") or ""),
        files=tuple((values.get(FILES, {}).get(FILES) or {}).get("files") or ()),
    )


def block_of(code: str) -> str:
    """The field below which a fault is told, by the fault's code."""
    return FIELDS_OF_FAULTS.get(code, PROMPT)


def _where(cluster: str | None, other_clusters: int) -> str:
    runs = f"The code runs on `{t.escape(cluster)}` to validate it" if cluster else "The code runs to validate it"
    others = ", in channels with a cluster of their own on that one" if other_clusters else ""
    return f"{runs}{others}."


def _input(block_id: str, label: str, element: t.Block, *, optional: bool = False) -> t.Block:
    return {
        "type": "input",
        "block_id": block_id,
        "optional": optional,
        "label": {"type": "plain_text", "text": label},
        "element": element | {"action_id": block_id},
    }


def _words() -> t.Block:
    return {"type": "plain_text_input", "multiline": True, "max_length": INPUT_CHARACTERS}


def _channels() -> t.Block:
    return {
        "type": "conversations_select",
        "default_to_current_conversation": True,
        "response_url_enabled": True,
        "filter": {"include": ["public", "private"], "exclude_bot_users": True},
    }


def _files() -> t.Block:
    return {"type": "file_input", "max_files": MAX_FILES}
