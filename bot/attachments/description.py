"""A file's first bytes -> what the writer of a program is told of it: pure, bounded, and believed by nobody.

Of tables the columns and the first rows are told, of other text its beginning, of anything else only how large it is.
"""

import codecs
import csv
import io
from collections import Counter
from collections.abc import Iterable

from agents.wire import FileDescription

SAMPLE_BYTES = 65_536
"""How much of the beginning of a file is looked at."""
MAX_LINES = 6
MAX_LINE = 200
MAX_COLUMNS = 60
MAX_COLUMN = 80
MAX_CHARACTERS = 12_000
"""Of all descriptions of a request together: beyond that only names and sizes are told."""
DELIMITERS = ",;\t|"
_MARKS = {codecs.BOM_UTF8: "utf-8-sig", codecs.BOM_UTF16_LE: "utf-16", codecs.BOM_UTF16_BE: "utf-16"}
_CONTROLS = frozenset(map(chr, range(32))) - frozenset("\t\n\r\f\x1b")


def description(name: str, size: int, lines: int, sample: bytes) -> FileDescription:
    """What is told of the file `name` that begins with `sample`; `lines` counts its line ends."""
    whole = len(sample) >= size
    encoding, text = _decoded(sample, whole=whole)
    if encoding is None:
        return FileDescription(name=name, size=size)
    first = _first_lines(text, whole=whole)
    delimiter = _delimiter(first)
    return FileDescription(
        name=name,
        size=size,
        kind="table" if delimiter else "text",
        encoding=encoding,
        delimiter=delimiter,
        columns=_columns(first, delimiter) if delimiter else (),
        lines=lines + (whole and bool(text) and not text.endswith("\n")),
        beginning="\n".join(line[:MAX_LINE] for line in first[:MAX_LINES]),
    )


def bounded(descriptions: Iterable[FileDescription]) -> tuple[FileDescription, ...]:
    """The descriptions, without the contents of those for which there is no room."""
    told, room = [], MAX_CHARACTERS
    for one in descriptions:
        length = len(one.beginning) + sum(map(len, one.columns))
        fits = length <= room
        room -= length if fits else 0
        told.append(one if fits else FileDescription(name=one.name, size=one.size, kind=one.kind))
    return tuple(told)


def _decoded(sample: bytes, *, whole: bool) -> tuple[str | None, str]:
    """The encoding by Python's name, and the text; no encoding for what is no text."""
    mark = next((known for start, known in _MARKS.items() if sample.startswith(start)), None)
    for encoding in (mark,) if mark else ("utf-8", "cp1252"):
        try:
            # a sample may end in the middle of a character
            text = codecs.getincrementaldecoder(encoding)().decode(sample, final=whole)
        except UnicodeDecodeError:
            continue
        return (None, "") if _CONTROLS.intersection(text) else (encoding, text)
    return None, ""


def _first_lines(text: str, *, whole: bool) -> list[str]:
    """The first lines that are not blank; the last one of a sample is only a part and left out, if there are others."""
    lines = text.splitlines()
    if not whole and len(lines) > 1:
        lines.pop()
    return [line for line in lines if line.strip()][: 2 * MAX_LINES]


def _delimiter(lines: list[str]) -> str | None:
    """What separates the columns: the delimiter that cuts all of the first lines into the same number, above one."""
    if len(lines) < 2:  # noqa: PLR2004  # a heading and a row
        return None
    for delimiter in sorted(DELIMITERS, key=lambda one: -lines[0].count(one)):
        widths = Counter(len(row) for row in _rows(lines, delimiter))
        if len(widths) == 1 and max(widths) > 1:
            return delimiter
    return None


def _rows(lines: list[str], delimiter: str) -> list[list[str]]:
    try:
        return list(csv.reader(io.StringIO("\n".join(lines)), delimiter=delimiter))
    except csv.Error:
        return []


def _columns(lines: list[str], delimiter: str) -> tuple[str, ...]:
    heading = _rows(lines, delimiter)[0]
    return tuple(column.strip()[:MAX_COLUMN] for column in heading[:MAX_COLUMNS])
