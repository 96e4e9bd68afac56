"""How a warm driver's program ended, told before Ray has hung up: that takes half a second more.

When the program is over, its module is released as the interpreter would release it, what is buffered is written, and
the process closes its pipes behind its exit code. Nothing of the program can come after that. Where something might,
because a thread of the program's is running, nothing is told, and the wrapper waits for the process as for any other.
"""

from __future__ import annotations

import contextlib
import ctypes
import gc
import logging
import os
import sys
import threading
from typing import TYPE_CHECKING, Any

from .events import DONE

if TYPE_CHECKING:
    from .child import Events


class Ending:
    """Made when the process is ready for a program: what there is by then is none of the program's."""

    def __init__(self, worker: Any) -> None:
        self.worker = worker
        self.code: int | None = None
        self.pid = os.getpid()
        self.before = set(threading.enumerate())
        gc.collect()
        gc.freeze()  # so that the collection at the end looks at the program's own objects alone

    def note(self, error: BaseException | None) -> None:
        """Note what ended the program: the exit code as the interpreter will derive it."""
        if isinstance(error, SystemExit):
            self.code = exit_code(error.code)
        else:
            self.code = int(error is not None)

    def tell(self) -> None:
        """An exit handler; the later ones are those that were registered before there was a program."""
        if self.code is None or os.getpid() != self.pid or set(threading.enumerate()) - self.before:
            return
        with contextlib.suppress(Exception):  # whatever fails, the process ends as any other
            self.worker.disconnect()  # waits for the workers' last lines
            release(sys.modules["__main__"].__dict__)
            write_out()
            close(channel(), self.code)


def exit_code(value: object) -> int:
    """What `sys.exit(value)` means to the system."""
    if value is None:
        return 0
    return value & 0xFF if isinstance(value, int) else 1


def release(namespace: dict[str, Any]) -> None:
    """Let go of the program's objects in the interpreter's order; finalizers run, and files are closed."""
    names = [name for name in namespace if not (name.startswith("__") and name.endswith("__"))]
    for name in sorted(names, key=lambda name: not name.startswith("_")):
        namespace[name] = None
    gc.collect()


def write_out() -> None:
    """Write what is buffered: by handlers of `logging`, the standard streams, and C's own."""
    logging.shutdown()
    for stream in (sys.stdout, sys.stderr, sys.__stdout__, sys.__stderr__):
        with contextlib.suppress(Exception):
            stream.flush()  # type: ignore[union-attr]  # a program may have put None there
    with contextlib.suppress(Exception):
        ctypes.CDLL(None).fflush(None)


def close(events: Events, code: int) -> None:
    """Say the exit code and close the three pipes; what Ray and the interpreter still print is nobody's."""
    null = os.open(os.devnull, os.O_WRONLY)
    os.dup2(null, 1)
    os.dup2(null, 2)
    events.send(DONE, str(code))
    os.close(events.fd)
    events.fd = -1


def channel() -> Events:
    """The event channel that was opened before this process had a program."""
    finders: list[Any] = [finder for finder in sys.meta_path if type(finder).__name__ == "PatchOnImport"]
    events: Events = finders[0].events
    return events
