"""What a message says, whoever wrote it and however: pure.

A person's message has a `text`; what an app posts may be in blocks or attachments alone
(https://docs.slack.dev/reference/objects/message-object).
"""

from collections.abc import Iterator, Mapping
from typing import Any

WORDS = ("text", "fallback", "pretext", "title")
WITHIN = ("blocks", "elements", "attachments", "fields", "rows")
MOST_DEPTH = 12


def words_of(message: Mapping[str, Any]) -> str:
    """The text of the message, else what its blocks and attachments say, a line each."""
    text = str(message.get("text") or "").strip()
    blocks = "\n".join(dict.fromkeys(_words(message, 0))).strip()
    # what an app posts has a text for notifications, which says less than its blocks
    return blocks if blocks and (message.get("bot_id") or not text) else text


def _words(node: Any, depth: int) -> Iterator[str]:
    if isinstance(node, list):
        for one in node:
            yield from _words(one, depth + 1)
    elif isinstance(node, Mapping) and depth < MOST_DEPTH and node.get("type") not in ("button", "actions"):
        for name, value in node.items():
            if isinstance(value, str) and name in WORDS and depth:
                yield value
            elif name in WITHIN or (isinstance(value, Mapping) and name in WORDS):
                yield from _words(value, depth + 1)
