"""Pure: the bytes of a record file, as the driver's wrapper writes it, and what they say about a run."""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Literal, NamedTuple

from agents.cluster.terminal import as_shown, with_short_paths

Record = dict[str, Any]
_OUT = frozenset({"out", "wout"})
_ERR = frozenset({"err", "werr"})
_RAYS = frozenset({"ray", "diag"})


class Source(NamedTuple):
    """Where a piece of the output comes from; without a pid, from the driver."""

    stream: Literal["stdout", "stderr", "ray"]
    pid: str | None
    name: str | None
    ip: str | None


@dataclass
class Progress:
    """What a run's records say from a caller's `offset` on; `last` is the last record there is, whoever has read it.

    Each record says where it starts, so that they form a chain, and only what links to it counts: a line that somebody
    else has written into the file does not. `parts` tells of each piece of the output whose it is. With `rays` the
    output holds Ray's own lines too.
    """

    offset: int
    rays: bool = False
    output: list[str] = field(default_factory=list)
    parts: list[Source] = field(default_factory=list)
    bars: str | None = None
    linked: bool = False
    truncated: bool = False
    start: Record | None = None
    exit: Record | None = None
    ending: bool = False
    last: Record | None = None

    @property
    def text(self) -> str:
        """What a person reads."""
        return "".join(self.output)

    @property
    def started(self) -> bool:
        """Whether the driver's wrapper has written anything yet."""
        return self.offset > 0 or self.last is not None

    @property
    def code_sha256(self) -> str | None:
        """The hash of the file that was executed, if a record of this portion tells it."""
        return (self.exit or self.start or {}).get("sha256")

    def take(self, data: bytes) -> bool:
        """Add what lies behind the offset; whether a person has something new to read, or the end was reached."""
        before = len(self.output), self.exit
        for record, end in whole_records(data):
            if record["o"] == self.offset:
                self._add(record)
                self.offset, self.linked = end, True
            if end == self.offset:
                self.last, self.linked = record, True
        if self.last is not None and self.last["k"] == "exit":
            self.exit = self.last  # whoever has read it before: how a run ended stays true
        return (len(self.output), self.exit) != before

    def _add(self, record: Record) -> None:
        kind, text = record["k"], record["x"]
        if kind in _OUT:
            self._print(as_shown(text), record)
        elif kind in _ERR:
            self._print(with_short_paths(as_shown(text)), record)
        elif kind in _RAYS and self.rays:
            self._print(as_shown(text), record)
        elif kind == "gap":
            self.truncated = True
            self._print(_gap(record["lines"], record["bytes"]), record)
        elif kind == "bar":
            self.bars = text
        elif kind == "start":
            self.start = record
        elif kind == "ending":
            self.ending = True

    def _print(self, text: str, record: Record) -> None:
        self.output.append(text)
        self.parts.append(source_of(record))


def source_of(record: Record) -> Source:
    """Whose text a record holds."""
    pid, name, ip = (None if record.get(key) is None else str(record[key]) for key in ("pid", "name", "ip"))
    return Source(_stream(record["k"]), pid, name, ip)


def _stream(kind: str) -> Literal["stdout", "stderr", "ray"]:
    if kind in _RAYS:
        return "ray"
    return "stderr" if kind in _ERR else "stdout"


def _gap(lines: int, size: int) -> str:
    """What a person reads where something was left out: lines, or bytes of a single line."""
    return f"\n[… {lines:,} lines were left out …]\n" if lines else f"\n[… {size:,} bytes were left out …]\n"


def reaches_back_to(data: bytes, offset: int) -> bool:
    """Whether `data`, the last lines of the file, starts at or before `offset`, or holds no record at all."""
    first = next(whole_records(data), None)
    return first is None or bool(first[0]["o"] <= offset)


def whole_records(data: bytes) -> Iterator[tuple[Record, int]]:
    """Each whole record with the offset behind it; half a record at the end waits for its other half."""
    start = 0
    while (newline := data.find(b"\n", start)) >= 0:
        record = _decoded(data[start:newline])
        if record is not None:
            yield record, record["o"] + newline - start + 1
        start = newline + 1


def _decoded(line: bytes) -> Record | None:
    """The record, if the line is one: the first line of a file's tail may be the second half of another."""
    try:
        record = json.loads(line)
    except (ValueError, RecursionError):
        return None
    if not isinstance(record, dict) or not isinstance(record.get("o"), int) or not isinstance(record.get("x"), str):
        return None
    return {"k": "", "x": "", "t": 0.0, "s": 0.0, "lines": 0, "bytes": 0, **record}
