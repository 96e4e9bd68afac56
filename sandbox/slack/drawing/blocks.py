"""Every kind of block as lines of text. Pure."""

from collections.abc import Callable, Mapping, Sequence

from sandbox.slack.drawing.elements import line_of_elements, text_of
from sandbox.slack.drawing.mrkdwn import lines_of_markdown, lines_of_mrkdwn, unescaped
from sandbox.slack.drawing.names import Names
from sandbox.slack.drawing.rich_text import lines_of_rich_text
from sandbox.slack.drawing.tables import lines_of_table
from sandbox.slack.model import Json

Draw = Callable[[Json, Names], list[str]]
RULE = "─" * 40
INDENT = "  "
MARKS = {"pending": "○", "in_progress": "◐", "complete": "✓", "error": "✗"}


def lines_of_blocks(blocks: Sequence[Json], names: Names) -> list[str]:
    """All of them, in order; a kind that nobody draws says its name."""
    return [line for block in blocks for line in DRAW.get(str(block["type"]), _named)(block, names)]


def lines_of_text_object(value: Json, names: Names) -> list[str]:
    """A text object, line by line."""
    if value["type"] == "mrkdwn":
        return lines_of_mrkdwn(value["text"], names)
    return unescaped(value["text"]).split("\n")


def _section(block: Json, names: Names) -> list[str]:
    lines = lines_of_text_object(block["text"], names) if block.get("text") else []
    lines += [f"· {text_of(field, names)}" for field in block.get("fields", [])]
    accessory = line_of_elements([block["accessory"]], names) if block.get("accessory") else ""
    return lines + [accessory] * bool(accessory)


def _context(block: Json, names: Names) -> list[str]:
    return [
        " · ".join(
            line_of_elements([one], names) if one["type"] == "image" else text_of(one, names)
            for one in block["elements"]
        )
    ]


def _elements(block: Json, names: Names) -> list[str]:
    line = line_of_elements(block["elements"], names)
    return [line] if line else []


def _image(block: Json, names: Names) -> list[str]:
    title = f"{text_of(block['title'], names)}: " if block.get("title") else ""
    return [f"[image: {title}{block['alt_text']}]"]


def _input(block: Json, names: Names) -> list[str]:
    lines = [f"{text_of(block['label'], names)}: {line_of_elements([block['element']], names)}"]
    return lines + ([f"{INDENT}{text_of(block['hint'], names)}"] if block.get("hint") else [])


def _task(block: Json, names: Names) -> list[str]:
    lines = [f"{MARKS[block['status']]} {block['title']}"]
    for name in ("details", "output"):
        if block.get(name):
            lines += [f"{INDENT}{line}" for line in lines_of_rich_text(block[name], names)]
    return lines + [f"{INDENT}{source['text']} ({source['url']})" for source in block.get("sources", [])]


def _plan(block: Json, names: Names) -> list[str]:
    return [block["title"], *(f"{INDENT}{line}" for task in block.get("tasks", []) for line in _task(task, names))]


def _card(block: Json, names: Names) -> list[str]:
    lines = [text_of(block[name], names) for name in ("title", "subtitle", "body") if block.get(name)]
    if block.get("hero_image"):
        lines.insert(0, line_of_elements([block["hero_image"]], names))
    return lines + ([line_of_elements(block["actions"], names)] if block.get("actions") else [])


def _carousel(block: Json, names: Names) -> list[str]:
    return [line for card in block["elements"] for line in (*_card(card, names), RULE)][:-1]


def _container(block: Json, names: Names) -> list[str]:
    rich = block.get("rich_text_title")
    title = lines_of_rich_text(rich, names) if rich else [text_of(block.get("title"), names)]
    subtitle = [text_of(block["subtitle"], names)] if block.get("subtitle") else []
    inner = lines_of_blocks(block["child_blocks"], names)
    return [*title, *subtitle, *(f"{INDENT}{line}" for line in inner)]


def _auth(block: Json, names: Names) -> list[str]:
    return [f"{text_of(block['name'], names)} {'(connected)' if block['is_connected'] else '[Connect]'}"]


def _named(block: Json, names: Names) -> list[str]:  # noqa: ARG001  drawn like all the others
    return [f"[{str(block['type']).replace('_', ' ')}]"]


DRAW: Mapping[str, Draw] = {
    "actions": _elements,
    "alert": lambda block, names: [f"! {line}" for line in lines_of_text_object(block["text"], names)],
    "auth_provider": _auth,
    "card": _card,
    "carousel": _carousel,
    "container": _container,
    "context": _context,
    "context_actions": _elements,
    "divider": lambda *_: [RULE],
    "header": lambda block, names: [f"# {text_of(block['text'], names)}"],
    "image": _image,
    "input": _input,
    "markdown": lambda block, _: lines_of_markdown(block["text"]),
    "plan": _plan,
    "rich_text": lines_of_rich_text,
    "section": _section,
    "table": lines_of_table,
    "task_card": _task,
    "video": lambda block, names: [f"[video: {text_of(block['title'], names)}]"],
}
