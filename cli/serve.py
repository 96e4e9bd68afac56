"""`raygen sandbox`: the whole system on this machine, with a page like Slack, until it is told to stop."""

import asyncio
import sys
import time
from collections.abc import Mapping
from pathlib import Path

from sandbox.system import Sandbox

MEMINFO = Path("/proc/meminfo")
ENOUGH_BYTES = 2_000_000_000
"""What the Ray head, the bot and the agents take together, with room for a program."""


async def serve(
    port: int,
    model: str,
    data: Path | None,
    *,
    approvals: bool = False,
    http: bool = False,
    settings: Mapping[str, str] | None = None,
) -> int:
    """Serve until cancelled. Raises CannotStart with what to do."""
    progress = Progress()
    if warning := memory_warning(MEMINFO):
        progress.say(warning)
    wanted = Sandbox(
        model=model, say=progress.say, port=port, data=data, approvals=approvals, http=http, settings=settings
    )
    async with wanted as sandbox:
        progress.say(f"All is up; {sandbox.model.sentence()}")
        if approvals:
            progress.say(
                "Programs that need approval wait for the person «approver»: choose who you are at the top right."
            )
        progress.say(f"Open http://localhost:{sandbox.port} in a browser, stop with Ctrl-C. {_keeping(data)}")
        await asyncio.Event().wait()
    return 0


class Progress:
    """Prints what is up, and how long after the start."""

    def __init__(self) -> None:
        self._start = time.monotonic()

    def say(self, line: str) -> None:
        """A line for a person."""
        print(f"{time.monotonic() - self._start:5.1f} s  {line}", file=sys.stderr, flush=True)


def memory_warning(meminfo: Path) -> str:
    """What to do where less memory is free than a sandbox takes; empty where it is enough, or nobody knows.

    `meminfo` is written as in https://man7.org/linux/man-pages/man5/proc_meminfo.5.html.
    """
    try:
        lines = meminfo.read_text(encoding="ascii").splitlines()
    except OSError:
        return ""
    found = (line.split() for line in lines if line.startswith("MemAvailable:"))
    free = next((int(words[1]) * 1024 for words in found), ENOUGH_BYTES)
    if free >= ENOUGH_BYTES:
        return ""
    return (
        f"Only {free / 1e9:.1f} GB of memory are free, and about {ENOUGH_BYTES / 1e9:.0f} are needed: close what "
        "you do not need, or programs are ended in the middle."
    )


def _keeping(data: Path | None) -> str:
    return f"The state is kept in {data}." if data else "Nothing is kept: --data DIR keeps the state."
