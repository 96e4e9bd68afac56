"""`raygen sandbox`: the whole system on this machine, with a page like Slack, until it is told to stop."""

import asyncio
import sys
import time
from pathlib import Path

from sandbox.system import Sandbox

ENOUGH_BYTES = 2_000_000_000
"""What the Ray head, the bot and the agents take together, with room for a program."""


async def serve(port: int, model: str, data: Path | None, *, approvals: bool = False, http: bool = False) -> int:
    """Serve until cancelled. Raises CannotStart with what to do."""
    progress = Progress()
    if (free := _free_memory()) is not None and free < ENOUGH_BYTES:
        progress.say(
            f"Only {free / 1e9:.1f} GB of memory are free, and about 2 are needed: close what you do not need."
        )
    wanted = Sandbox(model=model, say=progress.say, port=port, data=data, approvals=approvals, http=http)
    async with wanted as sandbox:
        progress.say(f"All is up; {_answering(model)}.")
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


def _answering(model: str) -> str:
    if model == "cookbook":
        return "code comes from the offline cookbook, which is no language model (--model names one)"
    return f"the model is {model}"


def _free_memory() -> int | None:
    """Bytes that programs may still take, https://man7.org/linux/man-pages/man5/proc_meminfo.5.html; None elsewhere."""
    try:
        lines = Path("/proc/meminfo").read_text(encoding="ascii").splitlines()
    except OSError:
        return None
    found = (line.split() for line in lines if line.startswith("MemAvailable:"))
    return next((int(words[1]) * 1024 for words in found), None)


def _keeping(data: Path | None) -> str:
    return f"The state is kept in {data}." if data else "Nothing is kept: --data DIR keeps the state."
