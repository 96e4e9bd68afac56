"""Pure: what a terminal would show of what a program printed."""

import re

_INSTALLED = re.compile(r'^(\s*File ")[^"\n]*/(?:site|dist)-packages/(?=[^"\n]*", line \d)', re.MULTILINE)
_WORK = re.compile(r'^(\s*File ")[^"\n]*/raygen/[a-z0-9-]{1,64}/work/(?=[^"\n]*", line \d)', re.MULTILINE)


def as_shown(text: str) -> str:
    """The text with overwritten parts of lines gone, as a progress bar overwrites itself with a carriage return."""
    if "\r" not in text:
        return text
    return "\n".join(_line(line) for line in text.split("\n"))


def _line(line: str) -> str:
    """What stands behind the last carriage return that something stands behind."""
    return line.rstrip("\r").rpartition("\r")[2]


def with_short_paths(text: str) -> str:
    """A traceback's files without the directories of the machine: `ray/_private/worker.py`, `program.py`."""
    return _WORK.sub(r"\1", _INSTALLED.sub(r"\1", text)) if 'File "' in text else text
