"""Pure: what a terminal would show of what a program printed."""

import re

_INSTALLED = re.compile(r'^(\s*File ")[^"\n]*/(?:site|dist)-packages/(?=[^"\n]*", line \d)', re.MULTILINE)
_WORK = re.compile(r'^(\s*File ")[^"\n]*/raygen/[a-z0-9-]{1,64}/work/(?=[^"\n]*", line \d)', re.MULTILINE)
_WRAPPER = re.compile(r'^  File "[^"\n]*/raygen_driver/\w{1,40}\.py", line \d+ in \S+(?:\n|\Z)', re.MULTILINE)
"""A frame of ours below the program's in what `faulthandler` writes, as Ray has it do when the program crashes."""
_WARNING = re.compile(
    r"^/[^\s:\"]{0,400}/(?:raygen/[a-z0-9-]{1,64}/work|(?:site|dist)-packages)/(?=[^\s:\"]{1,300}:\d{1,9}: \w{1,80}: )",
    re.MULTILINE,
)
"""Of a warning, as Python's `warnings` words it: the directories before `program.py:3: UserWarning: …`."""


def as_shown(text: str) -> str:
    """The text with overwritten parts of lines gone, as a progress bar overwrites itself with a carriage return."""
    if "\r" not in text:
        return text
    return "\n".join(_line(line) for line in text.split("\n"))


def _line(line: str) -> str:
    """What stands behind the last carriage return that something stands behind."""
    return line.rstrip("\r").rpartition("\r")[2]


def with_short_paths(text: str) -> str:
    """Tracebacks' and warnings' files without the machine's directories: `ray/_private/worker.py`, `program.py`."""
    text = _WARNING.sub("", text) if "Warning: " in text else text
    text = _WRAPPER.sub("", text) if "/raygen_driver/" in text else text
    return _WORK.sub(r"\1", _INSTALLED.sub(r"\1", text)) if 'File "' in text else text
