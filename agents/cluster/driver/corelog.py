"""The log lines of Ray's C++ core, which it writes straight to a process's standard error."""

from __future__ import annotations

import re

_LINE = re.compile(r"\[\d{4}-\d\d-\d\d \d\d:\d\d:\d\d,\d{3} [A-Z] (\d+) \d+\] (\([\w ]+\) )?[\w/.]+\.(cc|h|cpp):\d+: ")
_LONGEST_PREFIX = 400


def is_core_line(line: str, pid: int | str) -> bool:
    """Whether the line was written by the core of the process `pid`: a line that a program prints names another's."""
    found = _LINE.match(line[:_LONGEST_PREFIX])
    return found is not None and found.group(1) == str(pid)
