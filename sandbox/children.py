"""The sandbox's own processes: started with a log file each, watched until they answer, ended with the sandbox."""

import asyncio
import ctypes
import secrets
import signal
import socket
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import aiohttp

from sandbox.errors import CannotStart

STOP_SECONDS = 10.0
PR_SET_PDEATHSIG = 1
LOG_TAIL_LINES = 15
PORTS = range(10_000, 20_000)


def free_port() -> int:
    """A port on loopback that nobody listens on now, drawn at random.

    It is below those that the kernel hands out by itself (`ip_local_port_range` begins at 32768 on Linux), so that no
    other part and no connection is given it before its own server listens.
    """
    ports = secrets.SystemRandom().sample(PORTS, k=len(PORTS))
    return next(port for port in ports if _is_free(port))


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


@dataclass
class Child:
    """A process of the sandbox; `name` is what people read."""

    name: str
    process: asyncio.subprocess.Process
    log: Path

    async def answers(self, url: str, seconds: float) -> None:
        """Wait until `url` answers below 500. Raises CannotStart with the end of the log when it does not."""
        deadline = asyncio.get_running_loop().time() + seconds
        async with aiohttp.ClientSession() as session:
            while not await _answers(session, url):
                if self.process.returncode is not None:
                    raise CannotStart(f"The {self.name} ended at once. The end of its log:\n{self.log_tail()}")
                if asyncio.get_running_loop().time() > deadline:
                    raise CannotStart(
                        f"The {self.name} did not answer within {seconds:.0f} s: end programs that keep this machine "
                        f"busy, and try again. The end of its log:\n{self.log_tail()}"
                    )
                await asyncio.sleep(0.05)

    async def stop(self) -> None:
        """End the process, by force if it must be."""
        if self.process.returncode is not None:
            return
        self.process.terminate()
        try:
            await asyncio.wait_for(self.process.wait(), STOP_SECONDS)
        except TimeoutError:
            self.process.kill()
            await self.process.wait()

    def log_tail(self) -> str:
        """The last lines that the process wrote."""
        lines = self.log.read_text(encoding="utf-8", errors="replace").splitlines()
        return "\n".join(lines[-LOG_TAIL_LINES:])


async def start_python(name: str, module: str, environment: Mapping[str, str], log: Path) -> Child:
    """Start `python -m module`; it ends when this process does, however that happens."""
    with log.open("ab") as sink:
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            module,
            stdin=asyncio.subprocess.DEVNULL,
            stdout=sink,
            stderr=sink,
            env=dict(environment),
            preexec_fn=_die_with_parent if sys.platform == "linux" else None,
            start_new_session=True,
        )
    return Child(name, process, log)


def _die_with_parent() -> None:
    # A sandbox that is killed leaves nothing behind (prctl(2), PR_SET_PDEATHSIG; Linux only).
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)


async def _answers(session: aiohttp.ClientSession, url: str) -> bool:
    try:
        async with session.get(url, timeout=aiohttp.ClientTimeout(total=2)) as answer:
            return answer.status < 500  # noqa: PLR2004 - server errors
    except (aiohttp.ClientError, TimeoutError):
        return False
