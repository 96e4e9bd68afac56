"""The processes that a program starts: none of them outlives it, whatever session or parent it has given itself.

As a child subreaper (prctl(2)) the wrapper becomes the parent of whatever the program's processes leave behind, so that
all of them are found below it. Ray's workers are no children of the driver's and are not touched.
"""
# ruff: noqa: PTH123, PTH208  # as in __main__.py

from __future__ import annotations

import contextlib
import os
import signal
import time
from importlib import import_module

PR_SET_PDEATHSIG = 1
PR_SET_CHILD_SUBREAPER = 36
END_SECONDS = 1.0  # how long the last of them may take to be gone
LOOK_SECONDS = 0.01


def adopt() -> None:
    """Become the parent of what the program's processes leave behind."""
    prctl(PR_SET_CHILD_SUBREAPER, 1)


def die_with_the_wrapper() -> None:
    """Called in the child before it becomes the program: without the wrapper nobody would keep its deadline."""
    prctl(PR_SET_PDEATHSIG, signal.SIGKILL)


def prctl(option: int, value: int) -> None:
    """Ask the kernel; one that does not know the option changes nothing."""
    with contextlib.suppress(OSError, AttributeError, ImportError):
        import_module("ctypes").CDLL(None).prctl(option, value, 0, 0, 0)


def end_descendants(spared: int = 0) -> int:
    """End every process below this one but `spared`, which is about to end by itself; how many were there."""
    ended: set[int] = set()
    until = time.monotonic() + END_SECONDS
    while (living := set(descendants(os.getpid())) - {spared}) and time.monotonic() < until:
        for pid in living:
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.kill(pid, signal.SIGKILL)
        ended.update(living)
        time.sleep(LOOK_SECONDS)  # noqa: TID251  # nobody tells when an adopted process is gone
    return len(ended)


def descendants(root: int) -> list[int]:
    """The living processes below `root`."""
    children: dict[int, list[int]] = {}
    for pid, parent in parents():
        children.setdefault(parent, []).append(pid)
    found, todo = [], [root]
    while todo:
        below = children.get(todo.pop(), [])
        found += below
        todo += below
    return found


def parents() -> list[tuple[int, int]]:
    """Pid and parent's pid of every process that is not a zombie; proc(5): both stand behind the name's parenthesis."""
    found = []
    for entry in os.listdir("/proc"):
        if entry.isdigit():
            with contextlib.suppress(OSError), open(f"/proc/{entry}/stat", "rb") as file:
                state, parent = file.read().rpartition(b")")[2].split()[:2]
                if state != b"Z":
                    found.append((int(entry), int(parent)))
    return found
