"""The process that holds a Ray head: it starts the head, and ends everything that the head started.

Run as `python ray_keeper.py DIRECTORY COMMAND…` with a pipe as standard input. When the pipe closes, because the owner
closed it or died in whatever way, every descendant is ended and the head's directory removed. Ray's processes leave
their parent's process group and are adopted by init when their parent dies; as a child subreaper (prctl(2)) the keeper
adopts them instead, so that none is out of reach.
"""

import contextlib
import ctypes
import os
import select
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

PR_SET_CHILD_SUBREAPER = 36
_GRACE_SECONDS = 1.0
_POLL_SECONDS = 0.05


def keep(directory: str, command: list[str]) -> int:
    """Run `command` until it ends or standard input closes; returns its exit code once nothing of it is left."""
    ctypes.CDLL(None, use_errno=True).prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
    child = subprocess.Popen(command, stdin=subprocess.DEVNULL)
    _wait_for_the_end(child)
    _end_descendants()
    shutil.rmtree(directory, ignore_errors=True)
    return child.returncode if child.returncode is not None else 0


def _wait_for_the_end(child: "subprocess.Popen[bytes]") -> None:
    while child.poll() is None:
        readable, _, _ = select.select([sys.stdin], [], [], _POLL_SECONDS)
        if readable and not os.read(sys.stdin.fileno(), 1):
            return


def _end_descendants() -> None:
    """SIGTERM to everyone, and after the grace SIGKILL, until nobody is left.

    The raylet and the GCS flush their files on SIGTERM; the rest has nothing to lose.
    """
    deadline = time.monotonic() + _GRACE_SECONDS
    for pid in descendants(os.getpid()):
        _signal(pid, signal.SIGTERM)
    while _living():
        if time.monotonic() > deadline:
            for pid in descendants(os.getpid()):
                _signal(pid, signal.SIGKILL)
        select.select([], [], [], _POLL_SECONDS)


def _living() -> bool:
    """Reap what has ended; whether a descendant is left."""
    try:
        while os.waitpid(-1, os.WNOHANG)[0]:
            pass
    except ChildProcessError:
        return False
    return True


def _signal(pid: int, number: signal.Signals) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.kill(pid, number)


def descendants(root: int) -> list[int]:
    """The pids of the children of `root`, of their children, and so on."""
    children: dict[int, list[int]] = {}
    for pid, parent in _parents():
        children.setdefault(parent, []).append(pid)
    found, todo = [], [root]
    while todo:
        below = children.get(todo.pop(), [])
        found += below
        todo += below
    return found


def _parents() -> Iterator[tuple[int, int]]:
    """(pid, parent's pid) of every process; proc(5): the parent is the second field after the name's parenthesis."""
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            with contextlib.suppress(OSError):
                stat = (entry / "stat").read_text(errors="replace")
                yield int(entry.name), int(stat.rpartition(")")[2].split()[1])


if __name__ == "__main__":
    sys.exit(keep(sys.argv[1], sys.argv[2:]))
