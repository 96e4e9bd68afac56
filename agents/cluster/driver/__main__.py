"""The driver's wrapper: runs the user's program as a child process and writes down, at the source, whose line is whose.

These files travel to the cluster as data and run there under whatever Ray (2.9 or newer) and Python (3.8 or newer) the
cluster has, with the standard library alone. The wrapper never imports ray.

    python -m raygen_driver --seconds 3600 --limit 1048576

It runs the program in `raygen/<submission id>/work` below Ray's log directory, and writes the job's ordinary log
(standard output) and `raygen/<submission id>/records.jsonl`, which the dashboard's log API serves.
"""
# ruff: noqa: PTH100, PTH103, PTH115, PTH118, PTH119, PTH120, PTH123  # pathlib costs every run 10 ms
# ruff: noqa: TID251  # the environment is handed from Ray to the program here

from __future__ import annotations

import argparse
import hashlib
import json
import os
import select
import shutil
import signal
import subprocess
import sys
import time
from typing import NamedTuple

from .bars import Bars
from .corelog import StopReport, is_core_line
from .descendants import adopt, die_with_the_wrapper, end_descendants
from .events import Events
from .inputs import holds_inputs, place_inputs
from .outputs import collect, directory_of_files
from .records import Lines, Log, Output, RecordFile

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(HERE)
PROGRAM = "program.py"
TERM_SECONDS = 2.0  # Ray kills the tree 3 s after its own SIGTERM; the exit record has to be written before
REAP_SECONDS = 5.0  # how long the program's process may take to end after it has told its end
DRAIN_SECONDS = 0.5  # how long a grandchild may hold a pipe open after the program has ended
STOP_CODES = (
    None,
    15,
    143,
    -15,
)  # still running, or ended by SIGTERM: Ray's own handler exits with the signal's number
CHUNK = 1 << 16


class Program(NamedTuple):
    """The program's process and the reading ends of its pipes."""

    child: subprocess.Popen[bytes]
    out: int
    err: int
    events: int


def start(work: str, script: str = PROGRAM, stdin: int = subprocess.DEVNULL) -> Program:
    """Start `script` in `work` with a pipe each for standard output, standard error and events."""
    os.makedirs(directory_of_files(work), exist_ok=True)
    pipes = [os.pipe() for _ in range(3)]
    out, err, event = (pipe[1] for pipe in pipes)
    adopt()
    child = subprocess.Popen(  # noqa: S603  # the program is what this is for
        [sys.executable, script],
        cwd=work,
        stdin=stdin,
        stdout=out,
        stderr=err,
        pass_fds=(event,),
        preexec_fn=die_with_the_wrapper,  # noqa: PLW1509  # the wrapper has one thread
        env=child_environment(event, work),
    )
    for fd in (out, err, event):
        os.close(fd)
    return Program(child, *(pipe[0] for pipe in pipes))


class Driver:
    """The program's process, its three pipes, and why it ended."""

    def __init__(self, output: Output, program: Program, seconds: float) -> None:
        self.output = output
        self.deadline = time.monotonic() + seconds
        self.ending: str | None = None
        self.kill_at: float | None = None
        self.dead_at: float | None = None
        self.bars = Bars(output)
        self.events = Events(self.bars.take)
        self.stop_report = StopReport()
        self.child = program.child
        self.readers: dict[int, Lines | Events] = {
            program.events: self.events,
            program.out: Lines("out", self.bars.take, self.bars.move),
            program.err: Lines("err", self.take_error, self.bars.move),
        }
        self.wake, wake_write = os.pipe()
        os.set_blocking(wake_write, False)
        signal.set_wakeup_fd(wake_write, warn_on_full_buffer=False)
        self.watch_signals()

    def take_error(self, kind: str, text: str, more: dict[str, object]) -> None:
        """Take the program's standard error, where the core of Ray in the same process logs as well."""
        if self.ending is None and ".cc" not in text and ".h:" not in text:
            self.bars.take(kind, text, more)
            return
        for line in text.splitlines(keepends=True):
            of_core = is_core_line(line, self.child.pid) or (self.ending is not None and self.stop_report.take(line))
            self.bars.take("ray" if of_core else kind, line, more)

    def watch_signals(self) -> None:
        """SIGTERM is how Ray stops a job; the program gets it as well, so here it is only noted."""
        signal.signal(signal.SIGCHLD, lambda _number, _frame: None)
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
            signal.signal(number, lambda _number, _frame: self.stopped())

    def stopped(self) -> None:
        """Ray is stopping the job; a program that had ended by itself stays as it ended."""
        if self.ending is None and self.child.poll() in STOP_CODES:
            self.ending = "stopped"
            self.kill_at = time.monotonic() + TERM_SECONDS

    def end(self, why: str) -> None:
        """End the program for the reason `why`; the first reason counts."""
        if self.ending is None and self.child.poll() is None:
            self.ending = why
            self.kill_at = time.monotonic() + TERM_SECONDS
            self.child.terminate()

    def run(self) -> int:
        """Read until the program has ended and its pipes are empty; returns its exit code."""
        while self.readers and not self.drained():
            self.read(0.2)
            self.keep_limits()
        for reader in self.readers.values():
            reader.finish()
        self.bars.finish()
        while self.events.code is None:
            try:
                return self.child.wait(0.2)
            except subprocess.TimeoutExpired:
                self.keep_limits()
        return self.events.code

    def reap(self) -> None:
        """Wait for a process that has told its end before it came to it; one that does not come to it is killed."""
        try:
            self.child.wait(REAP_SECONDS)
        except subprocess.TimeoutExpired:
            self.child.kill()
            self.child.wait()

    def read(self, seconds: float) -> None:
        """Hand over what arrives within `seconds`, in the order of the readers where it came together.

        Events come first: a worker's line is older than what it led to. Standard error comes last: a traceback ends a
        program.
        """
        ready, _, _ = select.select([self.wake, *self.readers], [], [], seconds)
        for fd in sorted(ready, key=[self.wake, *self.readers].index):
            data = os.read(fd, CHUNK)
            if fd == self.wake:
                continue
            if data:
                self.readers[fd].feed(data)
            else:
                self.readers.pop(fd).finish()

    def keep_limits(self) -> None:
        """End the program at its deadline or when it prints without end; kill it if it does not go."""
        now = time.monotonic()
        self.bars.tick()
        if now > self.deadline:
            self.end("timed_out")
        if self.output.exhausted:
            self.end("output_limit")
        if self.kill_at is not None and now > self.kill_at and self.child.poll() is None:
            self.child.kill()

    def drained(self) -> bool:
        """Whether the program is dead, and whoever still holds its pipes has had a moment to let go."""
        if self.child.poll() is None:
            return False
        self.dead_at = self.dead_at or time.monotonic()
        return time.monotonic() - self.dead_at > DRAIN_SECONDS


def child_environment(event_fd: int, work: str) -> dict[str, str]:
    """The program's environment: the bootstrap in front, and nothing of what belongs to the wrapper alone."""
    environment = dict(os.environ)
    paths = [
        path
        for path in environment.get("PYTHONPATH", "").split(os.pathsep)
        if path and not (ours(path) or holds_inputs(path))
    ]
    environment["PYTHONPATH"] = os.pathsep.join([os.path.join(HERE, "site"), *paths])
    environment["RAYGEN_EVENT_FD"] = str(event_fd)
    environment["RAYGEN_OUT"] = directory_of_files(work)
    environment["MPLBACKEND"] = "agg"  # no screen
    environment["RAY_JOB_CONFIG_JSON_ENV_VAR"] = without_package(environment.get("RAY_JOB_CONFIG_JSON_ENV_VAR", "{}"))
    environment.setdefault("RAY_DISABLE_FAILURE_SIGNAL_HANDLER", "1")
    return environment


def ours(path: str) -> bool:
    """Whether a path is the package that the wrapper came in."""
    return os.path.realpath(path) == os.path.realpath(ROOT)


def without_package(config: str) -> str:
    """The job's configuration without the wrapper's package.

    Workers need none of it, a program may bring a working directory of its own, and a worker that has no runtime
    environment starts in half the time.
    """
    try:
        value = json.loads(config)
        runtime_env = {key: entry for key, entry in value.get("runtime_env", {}).items() if entry}
    except (ValueError, AttributeError):
        return config
    runtime_env.pop("working_dir", None)
    return json.dumps({**value, "runtime_env": runtime_env})


def directory_of_run() -> str:
    """`<logs>/raygen/<submission id>`, told by the log that Ray has opened as standard output."""
    log = os.readlink("/proc/self/fd/1")
    name = os.path.basename(log)
    if not (name.startswith("job-driver-") and name.endswith(".log")):
        sys.exit("raygen_driver runs as the entrypoint of a Ray job, with the job's log as standard output.")
    return os.path.join(os.path.dirname(log), "raygen", name[len("job-driver-") : -len(".log")])


def place_program(work: str) -> str:
    """Put the program into its working directory; returns the SHA-256 of the file that will be executed."""
    os.makedirs(work, exist_ok=True)
    path = os.path.join(work, PROGRAM)
    shutil.copyfile(os.path.join(ROOT, PROGRAM), path)
    with open(path, "rb") as file:
        return hashlib.sha256(file.read()).hexdigest()


def run(records: RecordFile, program: Program, digest: str, seconds: float, limit: int) -> tuple[str, int]:
    """See the program to its end and write how it ended: returns that and the exit code, a signal's number negated."""
    output = Output(records, Log(1), limit)
    driver = Driver(output, program, seconds)
    code = driver.run()
    left = end_descendants(driver.child.pid)
    output.finish()
    status = driver.ending or ("failed" if code else "succeeded")
    saved = collect(os.path.dirname(records.file.name))
    traceback = None if status == "succeeded" else driver.events.traceback
    end = {"status": status, "code": code, "traceback": traceback, "sha256": digest, "files": saved}
    records.write("exit", "", {**end, "left": left})
    driver.reap()
    end_descendants()
    return status, code


def main(argv: list[str]) -> int:
    """Run the program; returns its own exit code, as a shell would give it."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--seconds", type=float, required=True, help="the deadline")
    parser.add_argument("--limit", type=int, required=True, help="how many bytes of output are kept")
    arguments = parser.parse_args(argv)
    base = directory_of_run()
    work = os.path.join(base, "work")
    digest = place_program(work)
    place_inputs(work, sys.path)
    with RecordFile(os.path.join(base, "records.jsonl")) as records:
        records.write("start", "", {"sha256": digest, "pid": os.getpid()})
        _, code = run(records, start(work), digest, arguments.seconds, arguments.limit)
    return code if code >= 0 else 128 - code


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
