"""The program as far as it is written, out of the tool call that hands it in while it is still coming."""

import json
import re
import time
from collections.abc import Callable
from typing import Any

from agents.text import readable
from agents.wire import Drafting

SECONDS_BETWEEN = 1.0
"""A card takes an update a second at best; the first comes that long after the beginning."""
TAIL_LINES = 12
TAIL_CHARACTERS = 1_200
_CODE = re.compile(
    r'(?<!\\)"code"\s*:\s*"(?P<text>(?:[^"\\\x00-\x1f]|\\["\\/bfnrt]|\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F]'
    r"[0-9a-fA-F]{2}|\\u(?![dD][89abAB])[0-9a-fA-F]{4})*)"
)
"""The value of `code` in a JSON object of strings, as far as it is there: no half escape, no half character."""


def code_so_far(arguments: str) -> str:
    """The program in the beginning of a tool call's JSON arguments; empty as long as it has not begun."""
    found = _CODE.search(arguments)
    return str(json.loads(f'"{found["text"]}"')) if found else ""


class Drafts:
    """A Strands callback handler: tells `announce` of the program that the tool call named `tool` brings."""

    def __init__(
        self, tool: str, announce: Callable[[Drafting], None], *, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._tool = tool
        self._announce = announce
        self._clock = clock
        self._last = clock()

    def __call__(self, **event: Any) -> None:
        """Take one of Strands' events."""
        call = event.get("current_tool_use") or {}
        if call.get("name") != self._tool or self._clock() - self._last < SECONDS_BETWEEN:
            return
        self._last = self._clock()
        code = readable(code_so_far(str(call.get("input", ""))))
        if code.strip():
            self._announce(drafting(code))


def drafting(code: str) -> Drafting:
    """What is told of a program that is not complete."""
    lines = code.splitlines()
    return Drafting(lines=len(lines), tail="\n".join(lines[-TAIL_LINES:])[-TAIL_CHARACTERS:])
