"""A table block as aligned columns. Pure."""

from collections.abc import Sequence

from sandbox.slack.drawing.names import Names
from sandbox.slack.drawing.rich_text import lines_of_rich_text
from sandbox.slack.model import Json

GAP = "  "


def lines_of_table(block: Json, names: Names) -> list[str]:
    """One line a row; the columns are as wide as their widest cell."""
    rows = [[_cell(cell, names) for cell in row] for row in block["rows"]]
    columns = max(len(row) for row in rows)
    widths = [max((len(row[index]) for row in rows if index < len(row)), default=0) for index in range(columns)]
    settings = block.get("column_settings") or []
    aligns = [
        (settings[index] or {}).get("align", "left") if index < len(settings) else "left" for index in range(columns)
    ]
    return [_row(row, widths, aligns) for row in rows]


def _row(row: Sequence[str], widths: Sequence[int], aligns: Sequence[str]) -> str:
    cells = [_aligned(cell, width, align) for cell, width, align in zip(row, widths, aligns, strict=False)]
    return GAP.join(cells).rstrip()


def _aligned(cell: str, width: int, align: str) -> str:
    return {"right": cell.rjust, "center": cell.center}.get(align, cell.ljust)(width)


def _cell(cell: Json, names: Names) -> str:
    if cell["type"] == "rich_text":
        return " ".join(lines_of_rich_text(cell, names))
    return str(cell["text"]).replace("\n", " ")
