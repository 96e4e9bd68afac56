"""What a run saved, as the thread shows and gets it. Pure functions."""

from collections.abc import Callable

from agents.wire import JobReport, OutputFile
from bot.blocks import names
from bot.blocks import text as t

NAMED_FILES = 12
"""How many of the files that were left out are named on a card; the others are counted."""
_UNITS = ("bytes", "KB", "MB", "GB", "TB")
_STEP = 1000


def saved(report: JobReport) -> tuple[t.Block, ...]:
    """The lines of the card: which files follow, and which were left out, each with its size."""
    follow = [_named(file) for file in report.files if file.data]
    left_out = [_named(file) for file in report.files if not file.data]
    more = max(0, len(left_out) - NAMED_FILES) + report.more_files
    lines = [
        f"📎 Saved, but too large, too many or of a kind that I do not post: {_list(left_out, more)}"
        if left_out
        else "",
        f"📎 Saved, but they could not be fetched: {more:,} files" if more and not left_out else "",
    ]
    below = {"block_id": f"{names.SAVED_FILES}:{len(follow)}"}
    posted = (t.literal(f"📎 Saved: {', '.join(follow)}") | below,) if follow else ()
    return (*posted, *(t.literal(line) for line in lines if line))


def content(file: OutputFile, redact: Callable[[str], str]) -> bytes:
    """What is posted of a file: its bytes, without secrets where they are text."""
    if file.media_type not in {"text/csv", "image/svg+xml"}:
        return file.content
    # Not every byte of it need be UTF-8, and all of them come back.
    return redact(file.content.decode("latin-1")).encode("latin-1")


def size(number: int) -> str:
    """A number of bytes as people write it: `34.6 KB`."""
    value, unit = float(number), 0
    while round(value, 1) >= _STEP and unit < len(_UNITS) - 1:
        value, unit = value / _STEP, unit + 1
    return f"{value:.1f} {_UNITS[unit]}" if unit else f"{number} {_UNITS[0]}"


def _named(file: OutputFile) -> str:
    return f"{file.name} ({size(file.size)})"


def _list(left_out: list[str], more: int) -> str:
    rest = f" and {more:,} more" if more else ""
    return ", ".join(left_out[:NAMED_FILES]) + rest
