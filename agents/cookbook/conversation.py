"""What a person said in a conversation: the request that the last message makes, and what is quoted beside it."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from agents.cookbook.answers import Filled
from agents.cookbook.book import Cookbook
from agents.cookbook.request import Request

_BLOCK = re.compile(
    r"^(?P<fence>`{3,})(?P<mark>[^\n`]*)\n(?P<body>.*?)(?:^(?P=fence)[ \t]*$|\Z)", re.DOTALL | re.MULTILINE
)
_SHORT = 12
"""A change of an earlier request is said in a few words; more of them are a request of their own."""


@dataclass(frozen=True)
class Said:
    """A person's words, and apart from them the blocks that are quoted between fences, each under its mark."""

    words: str
    blocks: dict[str, str]

    @classmethod
    def parse(cls, message: str) -> "Said":
        """`message` taken apart; of several blocks with one mark the last counts."""
        blocks = {block["mark"].strip(): block["body"].removesuffix("\n") for block in _BLOCK.finditer(message)}
        return cls(_BLOCK.sub("", message).strip(), blocks)

    def block(self, ending: str) -> str | None:
        """The block whose mark ends with `ending`, such as "current program"."""
        return next((body for mark, body in self.blocks.items() if mark.endswith(ending)), None)


def with_blocks(message: str, body_of: Callable[[str, str], str | None]) -> str:
    """`message` with other bodies in its blocks: `body_of` gets a block's mark and body; None takes the block out."""

    def replaced(block: re.Match[str]) -> str:
        body = body_of(block["mark"].strip(), block["body"].removesuffix("\n"))
        return "" if body is None else f"{block['fence']}{block['mark']}\n{body}\n{block['fence']}"

    return _BLOCK.sub(replaced, message)


def said_by_person(messages: Sequence[Mapping[str, Any]]) -> list[Said]:
    """What a person said, oldest first; tool results are sent in the person's name and are left out."""
    texts = (
        "\n".join(block["text"] for block in message["content"] if "text" in block)
        for message in messages
        if message["role"] == "user"
    )
    return [Said.parse(text) for text in texts if text.strip()]


def request_of(said: Sequence[Said], book: Cookbook) -> Request:
    """The request that the last of `said` makes, with the earlier one that it refines, if it does."""
    first, *later = [part.words for part in said] or [""]
    request = Request(first)
    for text in later:
        request = _next(request, text, book)
    return request


def _next(earlier: Request, text: str, book: Cookbook) -> Request:
    """`text` as a request of its own, or as a change of `earlier`.

    A text that names a recipe's topic is a new request, unless it refines in so many words the recipe of before.
    """
    alone = book.answer(Request(text))
    together = book.answer(earlier.changed(text))
    if isinstance(alone, Filled):
        same = isinstance(together, Filled) and together.recipe == alone.recipe
        return earlier.changed(text) if same and book.refines(text) else Request(text)
    if isinstance(together, Filled):
        return earlier.changed(text)
    is_change = book.refines(text) and len(text.split()) <= _SHORT and book.about(earlier, text)
    return earlier.changed(text) if is_change else Request(text)
