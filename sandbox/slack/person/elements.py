"""The elements that a person can use, wherever they are in a tree of blocks. Pure."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from sandbox.slack.blockkit.surfaces import walk
from sandbox.slack.errors import NotPermitted, NotVisible
from sandbox.slack.model import Json

PRESSED = frozenset({"button", "icon_button", "workflow_button"})
CHOSEN_ONE = {"static_select": "initial_option", "radio_buttons": "initial_option", "external_select": "initial_option"}
CHOSEN_MANY = frozenset({"checkboxes", "multi_static_select", "multi_external_select"})
PLAIN = {
    "plain_text_input": ("value", "initial_value"),
    "email_text_input": ("value", "initial_value"),
    "url_text_input": ("value", "initial_value"),
    "number_input": ("value", "initial_value"),
    "rich_text_input": ("rich_text_value", "initial_value"),
    "datepicker": ("selected_date", "initial_date"),
    "timepicker": ("selected_time", "initial_time"),
    "datetimepicker": ("selected_date_time", "initial_date_time"),
    "users_select": ("selected_user", "initial_user"),
    "channels_select": ("selected_channel", "initial_channel"),
    "conversations_select": ("selected_conversation", "initial_conversation"),
    "multi_users_select": ("selected_users", "initial_users"),
    "multi_channels_select": ("selected_channels", "initial_channels"),
    "multi_conversations_select": ("selected_conversations", "initial_conversations"),
    "file_input": ("files", "files"),
}
"""The type of an element, the field that its value goes by in a payload, and the field of what it starts with."""


def usable(blocks: Sequence[Json]) -> Iterator[tuple[Json, Json]]:
    """(block, element) of everything interactive."""
    for block in walk(blocks):
        found = [block.get("accessory"), block.get("element"), *(block.get("actions") or [])]
        if block.get("type") in ("actions", "context_actions"):
            found += block.get("elements") or []
        for element in found:
            if isinstance(element, dict) and element.get("type") not in (None, "image"):
                yield block, element


def find(blocks: Sequence[Json], user_id: str, action_id: str, block_id: str | None) -> tuple[Json, Json]:
    """The element that `user_id` sees by that action_id; raises `NotVisible` with what there is instead."""
    seen: list[str] = []
    for block, element in usable(blocks):
        if user_id not in element.get("visible_to_user_ids", [user_id]):
            continue
        seen.append(str(element.get("action_id")))
        if element.get("action_id") == action_id and block_id in (None, block.get("block_id")):
            return block, element
    raise NotVisible(f"There is no {action_id!r} to use here; there are {', '.join(seen) or 'no elements at all'}.")


def value_fields(element: Json, given: Any = None) -> Json:
    """What a payload says of the element's value: `given` by the person, or what it starts with."""
    kind = str(element["type"])
    if kind in PRESSED:
        return {name: element[name] for name in ("value", "text", "style") if name in element}
    if kind == "feedback_buttons":
        side = element["positive_button" if given != "negative" else "negative_button"]
        return {"value": side["value"], "text": side["text"]}
    if kind in CHOSEN_MANY:
        return {"selected_options": _many(element, given)}
    if kind in CHOSEN_ONE or kind == "overflow":
        return {"selected_option": _one(element, given)}
    name, initial = PLAIN[kind]
    return {name: given if given is not None else element.get(initial)}


def state_of(blocks: Sequence[Json], given: Mapping[str, Any]) -> Json:
    """`state.values`: block_id to action_id to value; `given` is keyed by action_id or block_id."""
    values: dict[str, Json] = {}
    used: set[str] = set()
    for block, element in usable(blocks):
        if element["type"] in PRESSED | {"overflow", "feedback_buttons"}:
            continue
        action_id, block_id = str(element.get("action_id", "")), str(block.get("block_id"))
        key = next((one for one in (action_id, block_id) if one in given), None)
        used |= {key} if key else set()
        fields = value_fields(element, given.get(key) if key else None)
        _check_length(element, fields.get("value"))
        values.setdefault(block_id, {})[action_id] = {"type": element["type"], **fields}
    if unknown := sorted(set(given) - used):
        raise NotVisible(f"There is nothing called {', '.join(unknown)} to fill in.")
    return {"values": values}


def _options(element: Json) -> list[Json]:
    groups = [group["options"] for group in element.get("option_groups") or []]
    return [*(element.get("options") or []), *(option for group in groups for option in group)]


def _one(element: Json, given: Any) -> Json | None:
    if given is None:
        return element.get("initial_option")
    for option in _options(element):
        if given in (option["value"], option["text"]["text"]):
            return option
    raise NotVisible(f"{element.get('action_id')!r} has no option {given!r}.")


def _many(element: Json, given: Any) -> list[Json]:
    if given is None:
        return list(element.get("initial_options") or [])
    return [option for one in given if (option := _one(element, one)) is not None]


def _check_length(element: Json, value: Any) -> None:
    if not isinstance(value, str):
        return
    least, most = element.get("min_length", 0), element.get("max_length", 3000)
    if not least <= len(value) <= most:
        raise NotPermitted(f"{element.get('action_id')!r} takes {least} to {most} characters, not {len(value)}.")
