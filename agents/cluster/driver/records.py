"""The records that the driver's wrapper writes, and how much of the output is kept.

A record is one line of JSON: `o` is the byte of the file at which it starts, `t` the seconds since the wrapper started
and `s` when that was (Unix time), `k` its kind, `x` its text. Kinds: `start` (sha256, pid), `out` and `err` (the
program's own), `wout` and `werr` (its workers'; pid, name, ip), `gap` (lines, bytes: what was left out), `exit`
(status, code, traceback, sha256, files: how many were saved, left: how many processes were), and, which are not the
user's: `ray`, `diag`, `progress`, `bar` (what moves, see bars.py) and `ending` (the program is over, and Ray hangs
up). What a person reads is the concatenated text of the user's kinds.
"""
# ruff: noqa: PTH120, PTH103, PTH123, SIM115  # pathlib costs the start of every run 10 ms, and the file stays open

from __future__ import annotations

import codecs
import json
import os
import time
from collections import deque
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Self

USER_KINDS = ("out", "err", "wout", "werr")
PATIENCE = 64  # a program may print this many times what is kept before it is ended
LARGEST_LINE = 1 << 20  # characters; a longer line is written in pieces, so that the wrapper's memory is bounded


class RecordFile:
    """Appends records; each says where it starts, so that a reader of the file's end knows where it is."""

    def __init__(self, path: str) -> None:
        os.makedirs(os.path.dirname(path), exist_ok=True)
        self.file = open(path, "ab", buffering=0)
        self.offset = self.file.tell()
        self.started = time.monotonic()
        self.since = round(time.time(), 3)

    def __enter__(self) -> Self:
        """The file itself."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close the file."""
        self.file.close()

    def write(self, kind: str, text: str = "", more: dict[str, object] | None = None) -> None:
        """Append one record, with the fields of `more`."""
        seconds = round(time.monotonic() - self.started, 3)
        record = {**(more or {}), "o": self.offset, "t": seconds, "s": self.since, "k": kind, "x": text}
        data = json.dumps(record).encode("ascii") + b"\n"
        self.offset += len(data)
        while data:
            data = data[self.file.write(data) :]


class Lines:
    """The bytes of one pipe, handed on as whole lines, so that no other stream falls into the middle of one."""

    def __init__(
        self,
        kind: str,
        take: Callable[[str, str, dict[str, object]], None],
        moved: Callable[[tuple[str, object], str], None] | None = None,
    ) -> None:
        self.kind = kind
        self.take = take
        self.moved = moved
        self.decoder = codecs.getincrementaldecoder("utf-8")("replace")
        self.held: list[str] = []
        self.size = 0

    def feed(self, data: bytes) -> None:
        """Take bytes; what is not UTF-8 becomes U+FFFD."""
        head, newline, tail = self.decoder.decode(data).rpartition("\n")
        if newline:
            self.held.append(head + newline)
            self.flush()
        self.held.append(tail)
        self.size += len(tail)
        if "\r" in tail:
            self.redraw()
        if self.size > LARGEST_LINE:
            self.flush()

    def redraw(self) -> None:
        """Of a line that is not finished and overwrites itself keep what stands there now."""
        text = "".join(self.held)
        text = text[max(0, text.rstrip("\r").rfind("\r")) :]
        self.held, self.size = [text], len(text)
        if self.moved is not None:
            self.moved((self.kind, None), text)

    def finish(self) -> None:
        """The pipe is closed: hand over the last line, which has no newline."""
        self.held.append(self.decoder.decode(b"", True))
        self.flush()

    def flush(self) -> None:
        """Hand over what is held, whether its line is finished or not."""
        text = "".join(self.held)
        self.held, self.size = [], 0
        if text:
            self.take(self.kind, text, {})


class Output:
    """What is kept of the output: the first half of `limit` bytes as it comes, the last half at the end.

    What lies between is counted and left out. `log` is the job's ordinary log, for a person on Ray's dashboard.
    """

    def __init__(self, records: RecordFile, log: Log, limit: int) -> None:
        self.records = records
        self.log = log
        self.patience = PATIENCE * limit
        self.half = limit // 2
        self.room = self.half
        self.noise = self.half
        self.seen = 0
        self.tail: deque[tuple[str, str, dict[str, object]]] = deque()
        self.tail_size = 0
        self.lost_lines = 0
        self.lost_bytes = 0
        self.unfinished = ""

    @property
    def exhausted(self) -> bool:
        """Whether the program has printed so much more than is kept that it is time to end it."""
        return self.seen > self.patience

    def take(self, kind: str, text: str, more: dict[str, object]) -> None:
        """Take text of any kind; what is not the user's is kept as long as there is little of it."""
        if kind in USER_KINDS:
            self.seen += byte_length(text)
            self.take_lines(kind, text, more)
        elif len(text) <= self.noise:
            self.noise -= len(text)
            self.write(kind, text, more)

    def note(self, kind: str, text: str) -> None:
        """Write a record for who follows, which no log shows, as long as there are few."""
        if len(text) <= self.noise:
            self.noise -= len(text)
            self.records.write(kind, text)

    def take_lines(self, kind: str, text: str, more: dict[str, object]) -> None:
        """Write what there is room for; remember the rest, and of that only the last half."""
        head, rest = cut(text, self.room)
        if head:
            self.write(kind, head, more)
            self.room -= byte_length(head)
        if rest:
            self.room = 0
            self.tail.append((kind, rest, more))
            self.tail_size += byte_length(rest)
            self.forget()

    def forget(self) -> None:
        """Drop the oldest of what is remembered until the last half is left."""
        while self.tail_size > self.half:
            kind, text, more = self.tail.popleft()
            lost, kept = cut(text, min(self.tail_size - self.half, byte_length(text)))
            lost, kept = (lost, kept) if lost else (text, "")
            if kept:
                self.tail.appendleft((kind, kept, more))
            self.tail_size -= byte_length(lost)
            self.lost_lines += lost.count("\n")
            self.lost_bytes += byte_length(lost)

    def finish(self) -> None:
        """The program has ended: say how much was left out, and write the last half."""
        if self.lost_bytes:
            self.records.write("gap", "", {"lines": self.lost_lines, "bytes": self.lost_bytes})
        for kind, text, more in self.tail:
            self.write(kind, text, more)

    def write(self, kind: str, text: str, more: dict[str, object]) -> None:
        """Write to both files; an unfinished line is finished when another stream's follows."""
        if kind in USER_KINDS:
            if self.unfinished not in ("", kind):
                text = "\n" + text
            self.unfinished = "" if text.endswith("\n") else kind
        self.records.write(kind, text, more)
        self.log.write(text, more)


class Log:
    """The job's ordinary log: always valid UTF-8, since Ray's own log call fails on a single bad byte."""

    def __init__(self, fd: int) -> None:
        self.fd = fd

    def write(self, text: str, more: dict[str, object]) -> None:
        """Write as Ray would have: a worker's lines with the worker in front."""
        if "pid" in more:
            text = f"({more.get('name') or ''} pid={more['pid']}) {text}"
        data = text.encode("utf-8", "replace")
        while data:
            data = data[os.write(self.fd, data) :]


def byte_length(text: str) -> int:
    """The size of the text in UTF-8."""
    return len(text) if text.isascii() else len(text.encode("utf-8", "replace"))


def cut(text: str, room: int) -> tuple[str, str]:
    """The first `room` bytes of the text and the rest: cut behind a line if one ends there, else behind a character."""
    if byte_length(text) <= room:
        return text, ""
    head = text.encode("utf-8", "replace")[:room].decode("utf-8", "ignore")
    whole, newline, _ = head.rpartition("\n")
    head = whole + newline if newline else head
    return head, text[len(head) :]
