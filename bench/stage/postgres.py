"""A Postgres of one's own for as long as a block lasts: initdb, a unix socket, no port, thrown away afterwards.

Postgres refuses to run as root, so there its programs run as another user.
"""

import ctypes
import os
import pwd
import re
import shutil
import signal
import subprocess
import sys
import tempfile
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Self

import asyncpg

DEBIAN = Path("/usr/lib/postgresql")
"""Where Debian keeps the programs of each version (package `postgresql`), none of them on the PATH."""
USERS = ("postgres", "nobody")
"""Whom the server runs as when we are root, the first that exists."""
START_SECONDS = 30.0
POLL_SECONDS = 0.05
ROLE = "raygen"
PR_SET_PDEATHSIG = 1


class PostgresMissing(Exception):
    """No Postgres is installed on this machine."""


def programs() -> Path:
    """The directory of `initdb` and `postgres`. Raises PostgresMissing."""
    on_path = shutil.which("initdb")
    if on_path and shutil.which("postgres"):
        return Path(on_path).resolve().parent
    found = sorted(DEBIAN.glob("*/bin/initdb"), key=lambda path: int(re.sub(r"\D", "", path.parts[-3]) or 0))
    if not found:
        raise PostgresMissing("There is no Postgres on this machine: apt-get install postgresql.")
    return found[-1].parent


@dataclass
class Postgres:
    """`with Postgres() as server:` runs one. `durable` keeps fsync on, which costs time and is what benches measure."""

    durable: bool = False
    directory: Path = field(default_factory=lambda: Path(tempfile.mkdtemp(prefix="raygen-pg-")))
    _process: "subprocess.Popen[bytes] | None" = None

    def __enter__(self) -> Self:
        try:
            self.create()
            self.start()
        except BaseException:
            self.remove()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.remove()

    def url(self, database: str = "postgres") -> str:
        """For `bot.store.database.Database`."""
        return f"postgresql+asyncpg://{ROLE}@/{database}?host={self.directory}"

    async def new_database(self, name: str, template: str = "template1") -> str:
        """Create a database; its URL."""
        connection = await asyncpg.connect(host=str(self.directory), user=ROLE, database="postgres")
        try:
            await connection.execute(f'create database "{name}" template "{template}"')
        finally:
            await connection.close()
        return self.url(name)

    def create(self) -> None:
        """Make the files of a new server. Raises PostgresMissing."""
        runner = _runner()
        if runner is not None:
            shutil.chown(self.directory, runner)
        how = ["-U", ROLE, "-A", "trust", "-E", "UTF8", "--no-locale", "--no-sync"]
        command = [str(programs() / "initdb"), "-D", str(self._data), *how]
        subprocess.run(command, user=runner, check=True, capture_output=True, cwd=self.directory)

    def start(self) -> None:
        """Start the server and wait until it takes connections."""
        settings = {
            "listen_addresses": "",
            "unix_socket_directories": str(self.directory),
            "fsync": "on" if self.durable else "off",
            "max_connections": "200",
        }
        options = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
        with (self.directory / "log").open("ab") as log:
            self._process = subprocess.Popen(
                [programs() / "postgres", "-D", self._data, *options],
                user=_runner(),
                stdout=log,
                stderr=log,
                cwd=self.directory,
                preexec_fn=_die_with_parent if sys.platform == "linux" else None,  # noqa: PLW1509 - one call of libc
            )
        self._wait_until_ready(self._process)

    def stop(self, *, immediate: bool = False) -> None:
        """End the server: politely, or as a crash would."""
        if self._process is not None:
            self._process.send_signal(signal.SIGQUIT if immediate else signal.SIGINT)
            self._process.wait(START_SECONDS)
            self._process = None

    def remove(self) -> None:
        """End the server and delete its files."""
        self.stop(immediate=True)
        shutil.rmtree(self.directory, ignore_errors=True)

    @property
    def _data(self) -> Path:
        return self.directory / "data"

    def _wait_until_ready(self, process: "subprocess.Popen[bytes]") -> None:
        ask = [str(programs() / "pg_isready"), "-q", "-h", str(self.directory), "-U", ROLE]
        for _ in range(int(START_SECONDS / POLL_SECONDS)):
            if subprocess.run(ask, check=False).returncode == 0:
                return
            try:
                process.wait(POLL_SECONDS)
            except subprocess.TimeoutExpired:
                continue
            break
        log = (self.directory / "log").read_text(encoding="utf-8", errors="replace")
        raise RuntimeError(f"Postgres did not start. The end of its log:\n{log[-2000:]}")


def _runner() -> str | None:
    if os.geteuid() != 0:
        return None
    known = {entry.pw_name for entry in pwd.getpwall()}
    return next(name for name in USERS if name in known)


def _die_with_parent() -> None:
    # Whoever started it may be killed: nothing is left behind then (prctl(2); Linux only).
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGQUIT)
