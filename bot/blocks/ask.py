"""The modal of the global shortcut: a request for code, and what it says when it comes back. Pure functions."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from bot.blocks import names
from bot.blocks import text as t
from bot.blocks.edit import modal
from bot.editing import INPUT_CHARACTERS

TITLE = "Ask for Ray code"
PROMPT, CHANNEL, CLUSTER, FILES = "prompt", "channel", "cluster", "files"
MAX_FILES = 10
"""https://docs.slack.dev/reference/block-kit/block-elements/file-input-element: the most of one field."""
FIELDS_OF_FAULTS = {"no_cluster": CHANNEL, "cluster_not_offered": CLUSTER}
OWN, THE_CHANNELS_OWN = "*", "The channel's own"
"""The option for who chooses no cluster; no address is such a value."""
MOST_OPTIONS = 100
OPTION_CHARACTERS = 75
"""https://docs.slack.dev/reference/block-kit/block-elements/select-menu-element: the most of a menu, and of a text."""


@dataclass(frozen=True)
class Filled:
    """What somebody asks for, in which channel, Slack's file objects, and the cluster, None for the channel's own."""

    prompt: str
    channel: str
    files: tuple[dict[str, Any], ...]
    cluster: str | None = None


def form(cluster: str | None, other_clusters: int, *, files: bool, choices: Sequence[str] = ()) -> t.Block:
    """The empty modal; `files` says whether any can be taken, `choices` are the clusters that some channel offers."""
    return {
        **modal(TITLE, names.ASK_VIEW),
        "submit": {"type": "plain_text", "text": "Ask"},
        "blocks": [
            _input(PROMPT, "What should the code do?", _words()),
            _input(CHANNEL, "Where should I answer?", _channels()),
            *((_input(CLUSTER, "Where should the code run?", _clusters(choices)),) if choices else ()),
            *((_input(FILES, "Files for the program", _files(), optional=True),) if files else ()),
            t.context(_where(cluster, other_clusters, choice=bool(choices))),
        ],
    }


def filled(values: dict[str, Any]) -> Filled:
    """What the fields say; `values` are Slack's `state.values`."""
    cluster = ((values.get(CLUSTER, {}).get(CLUSTER) or {}).get("selected_option") or {}).get("value", OWN)
    return Filled(
        prompt=str(values[PROMPT][PROMPT].get("value") or ""),
        channel=str(values[CHANNEL][CHANNEL].get("selected_conversation") or ""),
        files=tuple((values.get(FILES, {}).get(FILES) or {}).get("files") or ()),
        cluster=None if cluster == OWN else str(cluster),
    )


def block_of(code: str) -> str:
    """The field below which a fault is told, by the fault's code."""
    return FIELDS_OF_FAULTS.get(code, PROMPT)


def _where(cluster: str | None, other_clusters: int, *, choice: bool) -> str:
    runs = f"The code runs on `{t.escape(cluster)}` to validate it" if cluster else "The code runs to validate it"
    others = ", in channels with a cluster of their own on that one" if other_clusters else ""
    chosen = ", unless you choose another" if choice else ""
    return f"{runs}{others}{chosen}."


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


def _clusters(choices: Sequence[str]) -> t.Block:
    own = _option(THE_CHANNELS_OWN, OWN)
    others = [_option(each, each) for each in choices if len(each) <= OPTION_CHARACTERS]
    return {"type": "static_select", "options": [own, *others[: MOST_OPTIONS - 1]], "initial_option": own}


def _option(text: str, value: str) -> t.Block:
    return {"text": {"type": "plain_text", "text": text, "emoji": False}, "value": value}


def _files() -> t.Block:
    return {"type": "file_input", "max_files": MAX_FILES}
