"""Draws the README's picture from a conversation that `raygen try` has printed; the standard library is enough.

Make `conversation.txt` anew with `.venv/bin/raygen try "Create a Ray task that returns Hello" --run`, and then the
picture with `.venv/bin/python docs/pictures/draw.py`.
"""
# ruff: noqa: INP001  # a script beside what it draws, not a part of the program

import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from textwrap import wrap
from xml.sax.saxutils import escape

HERE = Path(__file__).parent
SOURCE = HERE / "conversation.txt"
TARGET = HERE / "conversation.svg"

WIDTH = 860
MARGIN = 24
INDENT = 14
LINE = 20
CHARACTERS = {"text": 106, "small": 124}
NO_BREAK = "\N{NO-BREAK SPACE}"
SANS = "-apple-system, Segoe UI, Roboto, Helvetica Neue, Arial, sans-serif"
MONO = "ui-monospace, SFMono-Regular, Menlo, Consolas, DejaVu Sans Mono, monospace"
INK, GREY, PAPER = "#1d1c1d", "#616061", "#ffffff"
LOOKS = {
    "name": (14, "bold", INK, SANS),
    "app": (10, "normal", GREY, SANS),
    "title": (18, "bold", INK, SANS),
    "text": (14, "normal", INK, SANS),
    "small": (12, "normal", GREY, SANS),
    "code": (12, "normal", INK, MONO),
    "button": (13, "bold", INK, SANS),
    "primary": (13, "bold", PAPER, SANS),
}
"""Size, weight, colour and font of each kind of text."""
_SMALL = re.compile(r"Answering in|It printed|Written by|A task .* · run \d")


@dataclass(frozen=True)
class Row:
    """A line of the picture; `kind` is person, app, title, quote, code, buttons, small, text or space."""

    kind: str
    text: str
    indent: int = 0

    @property
    def height(self) -> int:
        """In pixels."""
        return {"person": 30, "app": 30, "title": 30, "buttons": 40, "code": 16, "space": 8}.get(self.kind, LINE)


def rows(text: str) -> list[Row]:
    """The rows of a printed conversation, without the messages that hold a file: they repeat the card."""
    paragraphs = [paragraph for paragraph in text.split("\n\n") if "[snippet: " not in paragraph]
    return [row for paragraph in paragraphs for line in paragraph.splitlines() for row in _of_line(line)]


def _of_line(line: str) -> Iterator[Row]:
    text = line.strip()
    indent = len(line) - len(line.lstrip())
    kind = _kind(text)
    if kind in {"person", "app"}:
        yield Row("space", "")
    if kind in {"text", "small"}:
        yield from (Row(kind, part, indent) for part in wrap(_plain(text), CHARACTERS[kind]))
    else:
        yield Row(kind, text, indent)


def _kind(text: str) -> str:
    by_start = {"│": "code", "# ": "title", "> ": "quote", "[": "buttons"}
    for start, kind in by_start.items():
        if text.startswith(start):
            return kind
    if text.endswith(" APP"):
        return "app"
    if re.fullmatch(r"\w+ in #\w+", text):
        return "person"
    return "small" if _SMALL.match(text) else "text"


def _plain(text: str) -> str:
    """The text without Slack's marks and without an address that nobody can open."""
    return re.sub(r" \(https?://[^)]*\)|[*`]", "", text)


def drawing(all_rows: list[Row]) -> str:
    """The SVG."""
    y = MARGIN
    shapes: list[str] = []
    for before, row in zip([None, *all_rows], all_rows, strict=False):
        y += 6 * (before is not None and (before.kind == "code") != (row.kind == "code"))
        shapes += _shapes(row, y)
        y += row.height
    height = y + MARGIN
    size = f'width="{WIDTH}" height="{height}"'
    opening = f'<svg xmlns="http://www.w3.org/2000/svg" {size} viewBox="0 0 {WIDTH} {height}" role="img">'
    title = "<title>A conversation with Raygen: a request, the validated program, and the output of its run</title>"
    frame = f'<rect {size} rx="10" fill="{PAPER}" stroke="#dddddd"/>'
    return "\n".join([opening, title, frame, *filter(None, shapes), "</svg>", ""])


def _shapes(row: Row, y: int) -> list[str]:
    x = MARGIN + INDENT * row.indent
    match row.kind:
        case "code":
            shade = f'<rect x="{x}" y="{y}" width="{WIDTH - MARGIN - x}" height="{row.height}" fill="#f6f6f6"/>'
            return [shade, _text("code", x + 10, y + 12, row.text.removeprefix("│").removeprefix(" "))]
        case "quote":
            bar = f'<rect x="{x}" y="{y}" width="3" height="{row.height}" fill="#dddddd"/>'
            return [bar, _text("text", x + 12, y + 15, row.text.removeprefix("> "))]
        case "buttons":
            return _buttons(row.text, x, y)
        case "person" | "app":
            name = row.text.removesuffix(" APP")
            mark = [_text("app", x + 9 * len(name), y + 19, "APP")] if row.kind == "app" else []
            return [_text("name", x, y + 20, name), *mark]
        case _:
            return [_text(row.kind, x, y + row.height - 6, row.text.removeprefix("# "))]


def _buttons(text: str, x: int, y: int) -> list[str]:
    shapes: list[str] = []
    for number, label in enumerate(re.findall(r"\[([^]]+)]", text)):
        width = 26 + round(7.6 * len(label))
        fill, kind = ("#007a5a", "primary") if number == 0 and label == "Run" else (PAPER, "button")
        shapes.append(f'<rect x="{x}" y="{y + 8}" width="{width}" height="28" rx="6" fill="{fill}" stroke="#bbbbbb"/>')
        shapes.append(_text(kind, x + 13, y + 27, label))
        x += width + 10
    return shapes


def _text(kind: str, x: int, y: int, text: str) -> str:
    if not text:
        return ""
    size, weight, colour, font = LOOKS[kind]
    look = f'font-family="{font}" font-size="{size}" font-weight="{weight}" fill="{colour}"'
    # spaces that must not be folded into one
    return f'<text x="{x}" y="{y}" {look}>{escape(text).replace("  ", 2 * NO_BREAK)}</text>'


def main() -> int:
    """Draw the picture anew."""
    TARGET.write_text(drawing(rows(SOURCE.read_text(encoding="utf-8"))), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
