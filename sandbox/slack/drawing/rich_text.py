"""A rich_text block as lines. Pure."""

from collections.abc import Sequence

from sandbox.slack.drawing.mrkdwn import code_lines
from sandbox.slack.drawing.names import Names
from sandbox.slack.model import Json

INDENT = "  "
MARKS = {"code": "`", "bold": "*", "italic": "_", "strike": "~"}
"""The marks that mrkdwn has for the same styles."""


def lines_of_rich_text(block: Json, names: Names) -> list[str]:
    """Every part of the block, in order."""
    return [line for part in block.get("elements", []) for line in _part(part, names)]


def _part(part: Json, names: Names) -> list[str]:
    text = inline(part.get("elements", []), names) if part["type"] != "rich_text_list" else ""
    if part["type"] == "rich_text_preformatted":
        return code_lines(text)
    if part["type"] == "rich_text_quote":
        return [f"> {line}" for line in text.split("\n")]
    if part["type"] == "rich_text_list":
        return _list(part, names)
    return text.strip("\n").split("\n")


def _list(part: Json, names: Names) -> list[str]:
    lines: list[str] = []
    first = part.get("offset", 0) + 1
    for number, section in enumerate(part["elements"], start=first):
        mark = f"{number}." if part.get("style") == "ordered" else "•"
        lines.append(f"{INDENT * part.get('indent', 0)}{mark} {inline(section['elements'], names)}")
    return lines


def inline(elements: Sequence[Json], names: Names) -> str:
    """A run of inline elements."""
    return "".join(_inline(element, names) for element in elements)


def _inline(element: Json, names: Names) -> str:
    kind = element["type"]
    if kind == "text":
        mark = next((sign for style, sign in MARKS.items() if element.get("style", {}).get(style)), "")
        return f"{mark}{element['text']}{mark}"
    if kind == "link":
        label = element.get("text")
        return f"{label} ({element['url']})" if label and label != element["url"] else str(element["url"])
    if kind == "user":
        return f"@{names.user(element['user_id'])}"
    if kind == "channel":
        return f"#{names.channels.get(element['channel_id'], element['channel_id'])}"
    if kind == "usergroup":
        return f"@{names.groups.get(element['usergroup_id'], element['usergroup_id'])}"
    return {"emoji": ":{name}:", "broadcast": "@{range}", "color": "{value}", "team": "{team_id}"}.get(
        kind, "{fallback}"
    ).format(**{"fallback": "", **element})
