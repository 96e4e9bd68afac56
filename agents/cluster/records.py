"""Pure: the bytes of a record file, as the driver's wrapper writes it, and what they say about a run."""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from agents.cluster.terminal import as_shown, with_short_paths

Record = dict[str, Any]
_OUT = frozenset({"out", "wout"})
_ERR = frozenset({"err", "werr"})


@dataclass
class Progress:
    """What a run's records say from a caller's `offset` on; `last` is the last record there is, whoever has read it."""

    offset: int
    output: list[str] = field(default_factory=list)
    truncated: bool = False
    start: Record | None = None
    exit: Record | None = None
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
            self.last = record
            if record["k"] == "exit":
                self.exit = record  # whoever has read it before: how a run ended stays true
            if record["o"] >= self.offset:
                self._add(record)
                self.offset = end
        return (len(self.output), self.exit) != before

    def _add(self, record: Record) -> None:
        kind, text = record["k"], record["x"]
        if kind in _OUT:
            self.output.append(as_shown(text))
        elif kind in _ERR:
            self.output.append(with_short_paths(as_shown(text)))
        elif kind == "gap":
            self.truncated = True
            self.output.append(_gap(record["lines"], record["bytes"]))
        elif kind == "start":
            self.start = record


def _gap(lines: int, size: int) -> str:
    """What a person reads where something was left out: lines, or bytes of a single line."""
    return f"\n[… {lines:,} lines were left out …]\n" if lines else f"\n[… {size:,} bytes were left out …]\n"


def reaches_back_to(data: bytes, offset: int) -> bool:
    """Whether `data`, the last lines of the file, starts at or before `offset`, or holds no record at all."""
    first = next(whole_records(data), None)
    return first is None or bool(first[0]["o"] <= offset)


def whole_records(data: bytes) -> Iterator[tuple[Record, int]]:
    """Each whole record with the offset behind it; half a record at the end waits for its other half."""
    for line in data.split(b"\n")[:-1]:
        record = _decoded(line)
        if record is not None:
            yield record, record["o"] + len(line) + 1


def _decoded(line: bytes) -> Record | None:
    """The record, if the line is one: the first line of a file's tail may be the second half of another."""
    try:
        record = json.loads(line)
    except ValueError:
        return None
    if not isinstance(record, dict) or not isinstance(record.get("o"), int):
        return None
    return {"k": "", "x": "", "t": 0.0, "s": 0.0, "lines": 0, "bytes": 0, **record}
