"""Interactive elements as a line of text: [Run] [Edit] (Cluster ▾). Pure."""

from collections.abc import Sequence

from sandbox.slack.drawing.mrkdwn import lines_of_mrkdwn, unescaped
from sandbox.slack.drawing.names import Names
from sandbox.slack.model import Json


def line_of_elements(elements: Sequence[Json], names: Names) -> str:
    """What the viewer sees of them."""
    drawn = [_element(element, names) for element in elements if _sees(element, names)]
    return " ".join(one for one in drawn if one)


def text_of(value: Json | str | None, names: Names) -> str:
    """A text object on one line."""
    if value is None or isinstance(value, str):
        return value or ""
    if value["type"] == "mrkdwn":
        return " ".join(lines_of_mrkdwn(value["text"], names))
    return unescaped(value["text"])


def _sees(element: Json, names: Names) -> bool:
    allowed = element.get("visible_to_user_ids")
    return allowed is None or names.viewer is None or names.viewer in allowed


def _element(element: Json, names: Names) -> str:
    kind = str(element["type"])
    if kind in ("button", "icon_button", "workflow_button"):
        return f"[{text_of(element['text'], names)}]"
    if kind == "feedback_buttons":
        sides = (element["positive_button"], element["negative_button"])
        return " ".join(f"[{text_of(side['text'], names)}]" for side in sides)
    if kind == "image":
        return f"[image: {element.get('alt_text', '')}]"
    if kind == "overflow":
        return "[⋯]"
    if kind in ("checkboxes", "radio_buttons"):
        return " ".join(f"( ) {text_of(option['text'], names)}" for option in element["options"])
    return f"({_value(element, names)} ▾)"


def _value(element: Json, names: Names) -> str:
    chosen = element.get("initial_option")
    if chosen:
        return text_of(chosen["text"], names)
    for name in ("initial_value", "initial_date", "initial_time"):
        if element.get(name):
            return str(element[name])
    return text_of(element.get("placeholder"), names) or "…"
