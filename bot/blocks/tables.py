"""A table that a program saved, as the thread shows it: the first rows of a CSV file. Pure functions.

Slack takes one table a message, so the first file counts
(https://docs.slack.dev/reference/block-kit/blocks/table-block).
"""

import csv
import io
from collections.abc import Callable, Iterable, Sequence

from agents.wire import OutputFile
from bot.blocks import files
from bot.blocks import text as t
from bot.output import readable

ROWS = 10
"""Beside the heading; the file itself is in the thread."""
COLUMNS = 12
CELL_CHARACTERS = 80
CHARACTERS = 3_000
"""In all cells, so that the rest of the card fits into the message too."""
EMPTY = "\u00a0"
"""Slack takes no cell without text."""

Row = Sequence[str]


def of(saved: Iterable[OutputFile], redact: Callable[[str], str]) -> tuple[t.Block, ...]:
    """The table and what it leaves out, of the first CSV file that came back; nothing where there is no table in it."""
    file = next((file for file in saved if file.data and file.media_type == "text/csv"), None)
    rows = _rows(files.content(file, redact).decode(errors="replace")) if file else []
    if file is None or len(rows) < 2:  # noqa: PLR2004 - a heading and something below it
        return ()
    width = max(map(len, rows))
    shown = _within([_cells(row, min(width, COLUMNS)) for row in rows[: ROWS + 1]])
    return (
        {"type": "table", "rows": [[_cell(text) for text in row] for row in shown], "column_settings": _columns(shown)},
        t.context(t.escape(_told(redact(file.name), len(shown) - 1, len(rows) - 1, width))),
    )


def _rows(text: str) -> list[Row]:
    try:
        return [row for row in csv.reader(io.StringIO(text.replace("\0", ""), newline="")) if row]
    except csv.Error:  # a field of more than 128 KiB is none that a person reads
        return []


def _cells(row: Row, width: int) -> Row:
    texts = [t.clip(" ".join(readable(text).split()), CELL_CHARACTERS) for text in row[:width]]
    return [*texts, *[""] * (width - len(texts))]


def _within(rows: list[Row]) -> list[Row]:
    """As many rows as have room; the heading and the first row always have."""
    kept, room = rows[:2], CHARACTERS - sum(len(text) for row in rows[:2] for text in row)
    for row in rows[2:]:
        room -= sum(map(len, row))
        if room < 0:
            break
        kept.append(row)
    return kept


def _cell(text: str) -> t.Block:
    return {"type": "raw_text", "text": text or EMPTY}


def _columns(rows: Sequence[Row]) -> list[t.Block]:
    """Numbers stand to the right."""
    return [{"align": "right" if all(map(_is_number, column)) else "left"} for column in zip(*rows[1:], strict=True)]


def _is_number(text: str) -> bool:
    try:
        float(text or "0")
    except ValueError:
        return False
    return True


def _told(name: str, shown: int, rows: int, width: int) -> str:
    """`The first 10 of 240 rows and 12 of 30 columns of totals.csv; the file is below.`"""
    columns = f" and {COLUMNS} of {width:,} columns" if width > COLUMNS else ""
    if shown == rows and not columns:
        return f"All of {name}."
    return f"The first {shown:,} of {rows:,} rows{columns} of {name}; the file is below."
