"""When the driver may hang up: as soon as every line that a worker on this node has written has arrived.

Ray's log monitor looks for new files every half second and for new lines every tenth, and what it has not sent by the
time the driver disconnects is lost. The workers' files of this node lie in Ray's log directory, so what has arrived can
be compared with what was written; for other nodes there is only waiting until nothing has come for a while.
"""
# ruff: noqa: PTH118, PTH119, PTH120, PTH123, PTH204, PTH207, TID251  # as in patches.py

from __future__ import annotations

import contextlib
import glob
import os
import sys
import time
from typing import Any

_QUIET_SECONDS = 0.6
_LONGEST_SECONDS = 3.0
_POLL_SECONDS = 0.01
_MOST_BYTES = 16 << 20
_MAGIC = (b":actor_name:", b":task_name:", b":job_id:")


class Drain:
    """Counts the characters that arrived, by worker and stream; `directory` is `<logs>/raygen/<submission id>/work`."""

    def __init__(self, directory: str) -> None:
        self.logs = os.path.dirname(os.path.dirname(os.path.dirname(directory)))
        self.program = os.path.join(directory, "program.py")
        self.arrived: dict[tuple[str, bool], int] = {}
        self.last = time.monotonic()

    def count(self, data: dict[str, Any]) -> None:
        """Note the lines of one message."""
        self.last = time.monotonic()
        if data.get("job"):
            key = (str(data.get("pid")), bool(data.get("is_err")))
            self.arrived[key] = self.arrived.get(key, 0) + sum(map(len, data.get("lines") or []))

    def wait(self, worker: Any) -> None:
        """Wait until all is there; whatever goes wrong in here only ends the wait."""
        with contextlib.suppress(Exception):
            if not worker.connected or getattr(worker, "logger_thread", None) is None:
                return
            job, alone = worker.current_job_id.hex(), self.alone()
            start = time.monotonic()
            self.last = max(self.last, start)
            while time.monotonic() - start < _LONGEST_SECONDS and not self.done(job, alone):
                time.sleep(_POLL_SECONDS)

    def alone(self) -> bool:
        """Whether this is the only node."""
        nodes = sys.modules["ray"].nodes()
        return sum(bool(node.get("Alive")) for node in nodes) == 1

    def done(self, job: str, alone: bool) -> bool:
        """Whether everything has arrived, or nothing has for so long that no more will."""
        quiet = time.monotonic() - self.last > _QUIET_SECONDS
        return quiet or (alone and self.accounted(job))

    def accounted(self, job: str) -> bool:
        """Whether as many characters have arrived as the files of this job's workers hold."""
        started = changed(self.program)  # not when the driver connected: a warm one does that long before
        paths = [path for path in glob.glob(os.path.join(self.logs, "worker-*")) if fresh(path, started)]
        if sum(map(os.path.getsize, paths)) > _MOST_BYTES:
            return False
        return all(self.arrived.get(key_of(path), 0) >= written(path, job) for path in paths)


def changed(path: str) -> float:
    """When the file was last written; long ago when it is gone."""
    try:
        return os.path.getmtime(path)
    except OSError:
        return 0.0


def fresh(path: str, started: float) -> bool:
    """Whether the file has been written to since the run started."""
    return path.endswith((".out", ".err")) and changed(path) >= started - 1


def key_of(path: str) -> tuple[str, bool]:
    """The worker's pid and whether it is standard error: `worker-<id>-<job>-<pid>.err`."""
    stem, _, suffix = os.path.basename(path).rpartition(".")
    return stem.rpartition("-")[2], suffix == "err"


def written(path: str, job: str) -> int:
    """How many characters the log monitor will send for the job: those of the lines behind `:job_id:<job>`."""
    mine, count = f"-{job}-" in os.path.basename(path), 0
    with open(path, "rb") as file:
        for line in file:
            if line.startswith(b":job_id:"):
                mine = line.rstrip() == b":job_id:" + job.encode()
            elif mine and not line.startswith(_MAGIC):
                count += len(line.decode("utf-8", "replace").rstrip("\r\n"))
    return count
