"""The smallest pieces of a Slack message: pure builders that keep Block Kit's limits.

What a person, a model or a program wrote goes into rich text elements, whose text Slack takes literally: it cannot
become a mention, a link or markup there. Only our own words are written as mrkdwn.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Any

Block = dict[str, Any]

SECTION_CHARACTERS = 3_000
HEADER_CHARACTERS = 150
TITLE_CHARACTERS = 250
"""Of a plan and its tasks. Slack documents no limit."""
WORDS_CHARACTERS = 12_000
"""All the texts of a message together may hold about 13,200 characters."""
FALLBACK_CHARACTERS = 3_900
"""`chat.update` refuses a text of more than 4,000 characters."""
MOST_VIEWERS = 50
"""People that a button is for. Slack documents no limit; so many should be a user group."""


@dataclass(frozen=True)
class Message:
    """A message for Slack: its blocks, and the text that notifications and screen readers use."""

    text: str
    blocks: tuple[Block, ...]

    def __post_init__(self) -> None:
        """Keep the fallback text within what `chat.update` takes."""
        object.__setattr__(self, "text", clip(self.text, FALLBACK_CHARACTERS))

    def with_note(self, sentence: str) -> "Message":
        """The same message with a line of small print above its buttons."""
        return Message(self.text, (*self.blocks[:-1], context(escape(sentence)), *self.blocks[-1:]))


def clip(text: str, characters: int) -> str:
    """At most `characters` of the text, with an ellipsis where something was left out."""
    return text if len(text) <= characters else text[: characters - 1] + "…"


def escape(text: str) -> str:
    """The text for a mrkdwn field: it cannot become a mention, a link or an entity."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def section(mrkdwn: str) -> Block:
    """A paragraph of our own words."""
    return {"type": "section", "text": _mrkdwn(mrkdwn)}


def context(mrkdwn: str) -> Block:
    """A line of small print in our own words."""
    return {"type": "context", "elements": [_mrkdwn(mrkdwn)]}


def header(text: str) -> Block:
    """A title; the text is taken literally."""
    words = clip(" ".join(text.split()) or "Ray program", HEADER_CHARACTERS)
    return {"type": "header", "text": {"type": "plain_text", "text": words, "emoji": False}}


def literal(text: str, characters: int = SECTION_CHARACTERS) -> Block:
    """A paragraph of somebody else's words, taken literally."""
    return _rich_text("rich_text_section", [_text(text, characters)])


def paragraphs(text: str) -> tuple[Block, ...]:
    """Somebody else's words at length, taken literally, in as many blocks as a message may hold."""
    kept = clip(text, WORDS_CHARACTERS) or " "
    parts = range(0, len(kept), SECTION_CHARACTERS)
    return tuple(literal(kept[start : start + SECTION_CHARACTERS]) for start in parts)


def quote(user_id: str, text: str, characters: int = SECTION_CHARACTERS) -> Block:
    """Who asked, and what, taken literally."""
    asked = [{"type": "user", "user_id": user_id}, {"type": "text", "text": " asked:"}]
    return {
        "type": "rich_text",
        "elements": [
            {"type": "rich_text_section", "elements": asked},
            {"type": "rich_text_quote", "elements": [_text(text, characters)]},
        ],
    }


def preformatted(text: str, characters: int = SECTION_CHARACTERS) -> Block:
    """Code or output, taken literally, in a fixed-width font."""
    return _rich_text("rich_text_preformatted", [_text(text, characters)])


def rich_text(*elements: Block) -> Block:
    """A paragraph of `words`, `link` and `date` elements, taken literally."""
    return _rich_text("rich_text_section", list(elements))


def words(text: str, *, bold: bool = False) -> Block:
    """Text in a `rich_text` paragraph."""
    return _text(text, SECTION_CHARACTERS) | ({"style": {"bold": True}} if bold else {})


def link(url: str, text: str) -> Block:
    """A link in a `rich_text` paragraph."""
    return {"type": "link", "url": url, "text": text}


def date(seconds: int, fallback: str) -> Block:
    """A point in time in a `rich_text` paragraph, in seconds since the epoch.

    https://docs.slack.dev/reference/block-kit/blocks/rich-text-block/#date-element-type
    """
    return {"type": "date", "timestamp": seconds, "format": "{date_short_pretty}, {time}", "fallback": fallback}


def plan(title: str, tasks: Iterable[Block]) -> Block:
    """A plan, with its `task_card`s; Slack takes its texts literally."""
    return {"type": "plan", "title": clip(title, TITLE_CHARACTERS), "tasks": list(tasks)}


def task_card(task_id: str, title: str, status: str, detail: str = "") -> Block:
    """A task of a plan; `detail` is somebody else's words, taken literally."""
    card: Block = {"type": "task_card", "task_id": task_id, "title": clip(title, TITLE_CHARACTERS), "status": status}
    return card | {"details": literal(detail)} if detail.strip() else card


def button(label: str, action_id: str, value: str, style: str | None = None) -> Block:
    """A button; `value` carries ids only."""
    element: Block = {
        "type": "button",
        "action_id": action_id,
        "value": value,
        "text": _plain(label),
    }
    return element | {"style": style} if style else element


def only_for(button: Block, ids: Collection[str]) -> Block:
    """The button, which Slack shows to these people alone, and to those it was for already.

    To everybody, if the ids name a user group: a message does not learn who joins it.
    """
    already = button.get("visible_to_user_ids", ids)
    people = sorted({*ids} & {*already})
    if not people or len(people) > MOST_VIEWERS or any(each.startswith("S") for each in ids):
        return button
    return button | {"visible_to_user_ids": people}


def actions(block_id: str, *buttons: Block) -> Block:
    """A row of buttons."""
    return {"type": "actions", "block_id": block_id, "elements": list(buttons)}


def feedback(block_id: str, action_id: str, good: str, bad: str) -> Block:
    """Two buttons that ask whether something was helpful, with the value of each."""
    element = {
        "type": "feedback_buttons",
        "action_id": action_id,
        "positive_button": {"text": _plain("Helpful"), "accessibility_label": "This was helpful", "value": good},
        "negative_button": {"text": _plain("Not helpful"), "accessibility_label": "This was not helpful", "value": bad},
    }
    return {"type": "context_actions", "block_id": block_id, "elements": [element]}


def _plain(text: str) -> Block:
    return {"type": "plain_text", "text": text}


def _mrkdwn(text: str) -> Block:
    # Verbatim: Slack makes no links, channels or names of its own from what stands in it.
    return {"type": "mrkdwn", "text": clip(text, SECTION_CHARACTERS), "verbatim": True}


def _rich_text(kind: str, elements: list[Block]) -> Block:
    return {"type": "rich_text", "elements": [{"type": kind, "elements": elements}]}


def _text(text: str, characters: int) -> Block:
    # Slack refuses an empty text element.
    return {"type": "text", "text": clip(text, characters) or " "}
