"""What the bootstrap in the program's process reports over the event channel: one JSON object a line, of a few kinds.

The program can write into the channel as well. It can forge no more there than lines of its own workers, and none of
it makes the wrapper fail or grow.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

KINDS = ("wout", "werr", "ray", "diag", "progress", "ending")
DONE = "done"  # the exit code, told before the process has ended: see ending.py
ORIGIN = ("pid", "name", "ip")  # of a worker's lines
LONGEST_ORIGIN = 200
LONGEST_TRACEBACK = 40_000
LARGEST = 64 << 20  # bytes of one event: a worker's line may be long, and arrives as a whole


class Events:
    """The reading end; lines go to `take`.

    `traceback` is the exception that ended the program, `code` its exit code if it was told in advance.
    """

    def __init__(self, take: Callable[[str, str, dict[str, object]], None]) -> None:
        self.take = take
        self.held: list[bytes] = []
        self.size = 0
        self.traceback: str | None = None
        self.code: int | None = None

    def feed(self, data: bytes) -> None:
        """Take bytes from the pipe; an event that is too large is dropped."""
        *lines, rest = data.split(b"\n")
        for line in lines:
            self.hold(line)
            if self.size <= LARGEST:
                self.decode(b"".join(self.held))
            self.held, self.size = [], 0
        self.hold(rest)

    def hold(self, part: bytes) -> None:
        """Keep a part of an event until the rest comes."""
        self.size += len(part)
        if self.size > LARGEST:
            self.held = []
        else:
            self.held.append(part)

    def finish(self) -> None:
        """The pipe is closed; half an event is none."""
        self.held, self.size = [], 0

    def decode(self, line: bytes) -> None:
        """Hand over one event, if it is one."""
        try:
            event = json.loads(line)
            kind, text = event["k"], str(event["x"])
        except (ValueError, KeyError, TypeError, RecursionError):
            return
        if kind == "traceback":
            self.traceback = text[-LONGEST_TRACEBACK:]
        elif kind == DONE:
            self.code = int(text) if text.isascii() and text.isdigit() else self.code
        elif kind in KINDS:
            self.take(kind, text, origin(event))


def origin(event: dict[str, object]) -> dict[str, object]:
    """Where a worker's lines come from: its pid, its task or actor, its node."""
    return {key: str(event[key])[:LONGEST_ORIGIN] for key in ORIGIN if event.get(key) not in (None, "")}
