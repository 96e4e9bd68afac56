"""Pure: the file in which the driver's wrapper hands over what the program saved, as the files of a report.

The program runs as the same user as the wrapper and may have written that file itself, so nothing in it is believed:
names are cleaned, kinds are decided by the content, sizes are counted.
"""

import base64
import binascii
import json
import unicodedata
from collections.abc import Iterator
from itertools import islice
from typing import Any

from agents.cluster.driver.media import SUFFIXES, media_type
from agents.cluster.driver.outputs import FILE, MOST_CHARACTERS, MOST_FILES, MOST_NAMED
from agents.wire import MAX_FILE_NAME_CHARACTERS, JobReport, OutputFile

__all__ = ["FILE", "safe_name", "with_files"]

MOST_ANSWER = 5_800_000
"""Bytes of a whole answer: an AgentCore gateway carries 6 MB, in which the report is a JSON text inside of JSON."""
_UNKNOWN = "application/octet-stream"
_LARGEST = 2**53
_NOT_IN_NAMES = frozenset('/\\<>&:*?"|`')
"""What separates paths somewhere, and what is markup in Slack."""


def with_files(report: JobReport, saved: object, data: bytes) -> JobReport:
    """The report with what the program saved; `saved` is how many files the wrapper counted, `data` its file."""
    room = min(MOST_CHARACTERS, MOST_ANSWER - _size_on_the_wire(report))
    files = tuple(islice(_files(data, room), MOST_NAMED))
    count = saved if isinstance(saved, int) and saved < _LARGEST else 0
    return report.model_copy(update={"files": files, "more_files": max(0, count - len(files))})


def _size_on_the_wire(report: JobReport) -> int:
    """An upper bound: JSON inside of JSON, with everything escaped that some encoder escapes."""
    return len(json.dumps(json.dumps(report.model_dump(mode="json"))))


def _files(data: bytes, room: int) -> Iterator[OutputFile]:
    carried = 0
    for line in data.split(b"\n"):
        record = _record(line)
        if record is None:
            continue
        file = _carried(record, room) if carried < MOST_FILES else None
        if file is not None:
            carried += 1
            room -= len(file.data or "")
        yield file or _left_out(record)


def _record(line: bytes) -> dict[str, Any] | None:
    try:
        value = json.loads(line)
    except (ValueError, RecursionError):
        return None
    return value if isinstance(value, dict) else None


def _carried(record: dict[str, Any], room: int) -> OutputFile | None:
    """The file with its content, if that is there, fits and is of a kind that comes back."""
    text = record.get("data")
    if not isinstance(text, str) or len(text) > room:
        return None
    try:
        content = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        return None
    kind = media_type(str(record.get("name")), content)
    if kind is None:
        return None
    name = safe_name(str(record.get("name")), SUFFIXES[kind])
    return OutputFile(name=name, media_type=kind, size=len(content), data=base64.b64encode(content).decode())


def _left_out(record: dict[str, Any]) -> OutputFile:
    size = record.get("size")
    size = size if isinstance(size, int) and 0 <= size < _LARGEST else 0
    return OutputFile(name=safe_name(str(record.get("name"))), media_type=_UNKNOWN, size=size)


def safe_name(name: str, suffixes: tuple[str, ...] = ()) -> str:
    """A name for a file anywhere: no path, nothing invisible, no markup, at most 100 characters, ending as its kind."""
    cleaned = "".join("_" if _is_unfit(character) else character for character in name).strip()
    cleaned = "_" + cleaned[1:] if cleaned.startswith(".") else cleaned or "file"
    if suffixes and not cleaned.lower().endswith(suffixes):
        cleaned += suffixes[0]
    stem, dot, ending = cleaned.rpartition(".")
    if len(cleaned) <= MAX_FILE_NAME_CHARACTERS or not dot or len(ending) >= MAX_FILE_NAME_CHARACTERS - 1:
        return cleaned[:MAX_FILE_NAME_CHARACTERS]
    return stem[: MAX_FILE_NAME_CHARACTERS - len(ending) - 1] + dot + ending


def _is_unfit(character: str) -> bool:
    """Control, format and unassigned characters and halves of one (all of category C), other line ends, markup."""
    category = unicodedata.category(character)
    return category.startswith("C") or category in {"Zl", "Zp"} or character in _NOT_IN_NAMES
