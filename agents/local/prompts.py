"""Pure: what a small model is asked, out of what every writer is asked, and how its answer is drawn.

Measured on 18 requests: two worked examples near to the request help it more than rules; the end of a long traceback
helps it less than the one line that says what happened; and at temperature 0 a repair is the same program once more.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from zlib import crc32

from agents.cookbook.answers import Filled
from agents.cookbook.book import Cookbook
from agents.cookbook.conversation import Said, with_blocks
from agents.cookbook.request import Request
from agents.text import MAX_TITLE, one_line

ONLY_THE_PROGRAM = "Answer with the whole program in one ```python block, and with nothing else."
ANOTHER_WAY = 0.7
"""The temperature for everything after the first try."""
_SHORT = 12
"""A change of a program is said in a few words; more of them are a request of their own, unless they begin as one."""
_BEGINNING = 2
_LINE = re.compile(r"^It failed in line \d+ of the program:\n\d+ \| (?P<line>.+)$", re.MULTILINE)
_TRACEBACK = re.compile(
    r"^Traceback(?:, the program's own frames:| \(most recent call last\):)\n(?P<frames>.*?)"
    r"(?=\n\nThe last lines that it printed:|\Z)",
    re.DOTALL | re.MULTILINE,
)

_EXCEPTION = re.compile(r"^[\w.]*\w(?:Error|Exception|Exit|Interrupt|Iteration)(?:\(\w+\))?(?:: .*)?$", re.MULTILINE)
_LINES, _WIDEST = 3, 300


@dataclass(frozen=True)
class Sampling:
    """How tokens are drawn: at temperature 0 the likeliest each time, whatever the seed."""

    temperature: float
    seed: int


@dataclass(frozen=True)
class Question:
    """What the model is asked, what the program is called, and how the answer is drawn, try after try."""

    text: str
    title: str
    samplings: tuple[Sampling, ...]


def question(message: str, book: Cookbook, *, refused: bool = False) -> Question:
    """The question in a writer's prompt; `refused` when an answer to it has been handed back already."""
    said = Said.parse(message)
    failed = said.block("failure") is not None
    keeps = failed or said.block("earlier traceback") is not None or is_change(said.words, book)
    text = with_blocks(message, lambda mark, body: _block(mark, body, keeps=keeps))
    # of its own for each failure, and the same when somebody tries to find out what happened
    another = Sampling(ANOTHER_WAY, crc32(message.encode()))
    last = Sampling(ANOTHER_WAY, another.seed ^ 1)
    samplings = (another, last) if failed or refused else (Sampling(0.0, 1), another)
    title = one_line(said.words.partition("\n")[0], MAX_TITLE)
    return Question(f"{text.strip()}\n\n{ONLY_THE_PROGRAM}", title, samplings)


def is_change(words: str, book: Cookbook) -> bool:
    """Whether `words` ask for a change of a program that is there, and not for another one."""
    if isinstance(book.answer(Request(words)), Filled):
        return False
    said = words.split()
    return len(said) <= _SHORT or book.refines(" ".join(said[:_BEGINNING]))


def distilled(failure: str) -> str:
    """The line that says what happened, and the program's own line in which it did."""
    traceback, where = _TRACEBACK.search(failure), _LINE.search(failure)
    what = _exception(traceback["frames"]) if traceback else _first_sentences(failure)
    what = what or "The program failed."
    return f"{what}\nin this line:\n{where['line']}" if where else what


def last_request(messages: Sequence[Mapping[str, Any]]) -> str:
    """What a person said last, as it stands."""
    texts = (
        "\n".join(block["text"] for block in message["content"] if "text" in block)
        for message in reversed(messages)
        if message["role"] == "user"
    )
    return next((text for text in texts if text.strip()), "")


def _block(mark: str, body: str, *, keeps: bool) -> str | None:
    if mark.endswith(("failure", "earlier traceback")):
        return distilled(body)
    return body if keeps or not mark.endswith("current program") else None


def _exception(frames: str) -> str:
    """The last exception's line, with the beginning of a message of several lines."""
    began = [found.start() for found in _EXCEPTION.finditer(frames)]
    lines = [line.strip()[:_WIDEST] for line in frames[began[-1] if began else 0 :].splitlines() if line.strip()]
    return "\n".join(lines[:_LINES] if began else lines[-1:])


def _first_sentences(failure: str) -> str:
    """The status and the cluster's sentence, where no exception is."""
    return " ".join(part.strip() for part in failure.split("\n\n")[:2] if not _LINE.match(part))
