"""`raygen sandbox`: the whole system on this machine, until it is told to stop."""

import asyncio
import sys
from pathlib import Path

from sandbox.system import Sandbox


async def serve(port: int, model: str, data: Path | None) -> int:
    """Serve until cancelled. Raises CannotStart with what to do."""
    async with Sandbox(model=model, say=_say, port=port, data=data) as sandbox:
        _say(f"All is up; the model is {model}. Ask at http://localhost:{sandbox.port}/generate, stop with Ctrl-C.")
        await asyncio.Event().wait()
    return 0


def _say(line: str) -> None:
    print(f"· {line}", file=sys.stderr, flush=True)
