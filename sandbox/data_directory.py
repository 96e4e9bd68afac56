"""Where a sandbox keeps its state: a directory that somebody names, or one that goes when the sandbox does."""

import fcntl
import shutil
import tempfile
from pathlib import Path
from typing import IO

from sandbox.errors import CannotStart


class DataDirectory:
    """`path` belongs to one sandbox from `open` to `close`; without one it is a new directory that `close` removes."""

    def __init__(self, path: Path | None) -> None:
        self._kept = path is not None
        self.path = path or Path(tempfile.mkdtemp(prefix="raygen-"))
        self._lock: IO[bytes] | None = None

    def open(self) -> None:
        """Make it and take it. Raises CannotStart when it cannot be written, or another sandbox has it."""
        try:
            self.path.mkdir(parents=True, exist_ok=True)
            self._lock = (self.path / "sandbox.lock").open("wb")
            fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)  # the system gives it back when the process ends
        except BlockingIOError:
            self.close()
            raise CannotStart(
                f"Another sandbox keeps its state in {self.path}. Stop it, or choose another directory with --data."
            ) from None
        except OSError as error:
            raise CannotStart(
                f"The directory {self.path} cannot be written ({error.strerror}). Choose another one with --data."
            ) from None

    def close(self) -> None:
        """Give it back."""
        if self._lock:
            self._lock.close()
        if not self._kept:
            shutil.rmtree(self.path, ignore_errors=True)
