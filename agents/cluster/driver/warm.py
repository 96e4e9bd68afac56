"""A pre-warmed driver: `python -m raygen_driver.warm --slot NAME --idle SECONDS`.

An ordinary job whose program's process has imported Ray, has connected and has two workers, and waits. It takes one
run, sees it to its end as the wrapper does for any other, and ends. Without a run it ends when `--idle` is over.

The run's files are this job's own under a second name: `raygen/<run>` and `job-driver-<run>.log` are links.
"""
# ruff: noqa: PTH103, PTH118, PTH119, PTH120, PTH123, PTH211  # as in __main__.py

from __future__ import annotations

import argparse
import contextlib
import hashlib
import os
import select
import signal
import subprocess
import sys
import time
from typing import TYPE_CHECKING, Any

from .__main__ import CHUNK, HERE, PROGRAM, Program, directory_of_run, run, start
from .records import RecordFile
from .registry import Registry, connected
from .warmed import READY

if TYPE_CHECKING:
    from collections.abc import Iterator

LOOK_SECONDS = 0.05
ANNOUNCE_SECONDS = 5.0  # what asks for the announcement has Ray forget it ten minutes later
WARMING_SECONDS = 120.0


class Waiting:
    """The program's process before it has a program; what it prints is Ray's, and is dropped."""

    def __init__(self, program: Program) -> None:
        self.program = program
        self.printed = b""

    def look(self, seconds: float) -> None:
        """Empty the pipes, for so long; raises SystemExit when the process is gone."""
        until = time.monotonic() + seconds
        _, out, err, events = self.program
        while True:
            left = max(0.0, until - time.monotonic())
            ready, _, _ = select.select([out, err, events], [], [], left)
            for fd in ready:
                data = os.read(fd, CHUNK)
                self.printed += data if fd == out else b""
            if self.program.child.poll() is not None:
                sys.exit("The warm driver's process has ended before it had a program.")
            if not ready:
                return

    def until_ready(self) -> None:
        """Wait until the process has its workers."""
        until = time.monotonic() + WARMING_SECONDS
        while READY not in self.printed:
            if time.monotonic() > until:
                sys.exit("The warm driver did not get its workers in time.")
            self.look(LOOK_SECONDS)

    def go(self) -> None:
        """Let the process become the program."""
        self.look(0)
        stdin = self.program.child.stdin
        if stdin is not None:
            stdin.write(b"go\n")
            stdin.close()


def taken_offer(registry: Registry, waiting: Waiting, seconds: float) -> dict[str, Any] | None:
    """The first offer whose run this driver could make its own; None when nobody came in time."""
    end = time.monotonic() + seconds
    due = 0.0
    while time.monotonic() < end:
        if time.monotonic() > due:
            if due and registry.superseded():
                return None
            registry.announce()
            due = time.monotonic() + ANNOUNCE_SECONDS
        offer = registry.offer()
        if offer is not None and registry.claim(offer["submission_id"]):
            return offer
        waiting.look(LOOK_SECONDS)
    return None


def link(base: str, name: str) -> None:
    """Give this job's directory and log the run's name as well."""
    directory, own = os.path.split(base)
    logs = os.path.dirname(directory)
    with contextlib.suppress(FileExistsError):
        os.symlink(own, os.path.join(directory, name))
    with contextlib.suppress(FileExistsError):
        os.symlink(f"job-driver-{own}.log", os.path.join(logs, f"job-driver-{name}.log"))


def place(work: str, code: bytes) -> str:
    """Write the program; returns the SHA-256 of the file that will be executed."""
    path = os.path.join(work, PROGRAM)
    with open(path, "wb") as file:
        file.write(code)
    with open(path, "rb") as file:
        return hashlib.sha256(file.read()).hexdigest()


@contextlib.contextmanager
def in_place(registry: Registry) -> Iterator[None]:
    """Leave the place in the pool however the wait ends, by a signal too."""
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(number, lambda _number, _frame: sys.exit("The warm driver was stopped while it was idle."))
    try:
        yield
    finally:
        registry.leave()


def carry(registry: Registry, waiting: Waiting, base: str, offer: dict[str, Any]) -> int:
    """Run the program of the offer; returns its exit code, a signal's number negated."""
    name = offer["submission_id"]
    link(base, name)
    digest = place(os.path.join(base, "work"), offer["code"])
    with RecordFile(os.path.join(base, "records.jsonl")) as records:
        records.write("start", "", {"sha256": digest, "pid": os.getpid()})
        registry.note(name)  # first: if the store fails here, nothing has been executed
        waiting.go()
        status, code = run(records, waiting.program, digest, offer["seconds"], offer["limit"])
    registry.finish(name, {"succeeded": "SUCCEEDED", "stopped": "STOPPED"}.get(status, "FAILED"), code)
    return code


def main(argv: list[str]) -> int:
    """Wait for a run and carry it; returns its exit code as a shell would give it, or 0 without a run."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--slot", required=True, help="the place in the pool")
    parser.add_argument("--idle", type=float, required=True, help="how long to wait for a run")
    arguments = parser.parse_args(argv)
    base = directory_of_run()
    os.makedirs(os.path.join(base, "work"), exist_ok=True)
    program = start(os.path.join(base, "work"), os.path.join(HERE, "warmed.py"), subprocess.PIPE)
    waiting = Waiting(program)
    registry = Registry(connected(), arguments.slot, os.path.basename(base))
    registry.clear()
    waiting.until_ready()
    with in_place(registry):
        offer = taken_offer(registry, waiting, arguments.idle)
    code = 0 if offer is None else carry(registry, waiting, base, offer)
    return code if code >= 0 else 128 - code


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
