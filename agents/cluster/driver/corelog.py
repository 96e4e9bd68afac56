"""The log lines of Ray's C++ core, which it writes straight to a process's standard error."""

from __future__ import annotations

import re

_LINE = re.compile(r"\[\d{4}-\d\d-\d\d \d\d:\d\d:\d\d,\d{3} [A-Z] (\d+) \d+\] (\([\w ]+\) )?[\w/.]+\.(cc|h|cpp):\d+: ")
_LOCK = re.compile(r"\[mutex\.cc : \d+\] RAW: [A-Z][\w ]{1,40} 0x[0-9a-f]+ +@(?: 0x[0-9a-f]+)+ *$")
"""What absl says of a lock that is waited for, as on a busy machine: synchronization/mutex.cc, PostSynchEvent."""
_LONGEST_PREFIX = 400
_LONGEST_LOCK = 2_000
_ABORT = re.compile(
    r"\[[\w/.]+\.(?:cc|h) : \d+\] RAW: Check .* failed: "
)  # absl's raw log: base/internal/raw_logging.h
_STOP = re.compile(r"\*\*\* SIGTERM received at time=\d+ on cpu \d+ \*\*\*$")
_FRAME = re.compile(r"PC: @ |    @ ")
_REPORT = re.compile(
    r"\*\*\* SIG[A-Z]+ received at time=|PC: @ |    @ |\[[\d-]{10} [\d:,]{12} [A-Z] \d+ \d+\] |"
    r"Fatal Python error: Aborted$|(?:Current thread|Thread) 0x|  File \"|  <no Python frame>$|Extension modules: |$"
)


def is_core_line(line: str, pid: int | str) -> bool:
    """Whether the line was written by the core of the process `pid`: a line that a program prints names another's."""
    if line.startswith("[mutex.cc"):
        return len(line) < _LONGEST_LOCK and _LOCK.match(line.rstrip("\n")) is not None
    found = _LINE.match(line[:_LONGEST_PREFIX])
    return found is not None and found.group(1) == str(pid)


class StopReport:
    """Tells what the core of older releases prints when the driver gets SIGTERM, line by line.

    Newer ones can be told not to (RAY_DISABLE_FAILURE_SIGNAL_HANDLER). It counts only where somebody has sent one.
    """

    def __init__(self) -> None:
        self._reporting = False

    def take(self, line: str) -> bool:
        """Whether this line of the driver's standard error is part of such a report."""
        shown = line[:_LONGEST_PREFIX]
        self._reporting = bool(_STOP.match(shown) or (self._reporting and _FRAME.match(shown)))
        return self._reporting


class AbortReports:
    """Tells the report that a worker's C++ core prints while it aborts, line by line, from the program's own lines.

    Only a failed check of the core's begins one; a line that belongs to no such report ends it.
    """

    def __init__(self) -> None:
        self._aborting: set[object] = set()

    def take(self, line: str, worker: object) -> bool:
        """Whether this line, printed by `worker` to its standard error, is part of such a report."""
        if _ABORT.match(line[:_LONGEST_PREFIX]):
            self._aborting.add(worker)
            return True
        if worker in self._aborting and not _REPORT.match(line[:_LONGEST_PREFIX]):
            self._aborting.remove(worker)
        return worker in self._aborting
