"""A process that the program forks while it is connected to Ray ends as any other.

Ray's core has threads, and a forked process has none of them. The core would wait for them at the process's end, when
its objects are released and in its static destructors, for ever, or crash. So Ray's objects are kept, and the C library
ends the process, with its own exit code, before the core's destructors get their turn. Nothing else that ends it is
left out: Python's and C's later exit handlers have run by then, and what is buffered is written.
"""

from __future__ import annotations

import contextlib
import gc
import os
import sys
from importlib import import_module
from typing import Any


class Forks:
    """Made when Ray's worker module has been imported; `inherited` says that this process is such a fork."""

    def __init__(self, module: Any) -> None:
        self.module = module
        self.inherited = False
        with contextlib.suppress(AttributeError, OSError, ImportError):  # a C library without `on_exit` changes nothing
            self.end_before_older_handlers = Handlers().register
            os.register_at_fork(after_in_child=self.forked)

    def forked(self) -> None:
        """Called in each forked process, before anything else of it; a signal's exception would be lost in here."""
        if self.module.global_worker.connected and not self.inherited:
            self.inherited = True
            self.end_before_older_handlers()
            # Ray's own tells the cluster of the exception, over the parent's connection
            if sys.excepthook is getattr(self.module, "custom_excepthook", None):
                sys.excepthook = self.module.normal_excepthook


class Handlers:
    """The C library's exit handlers, glibc's `on_exit(3)` among them, which is given the exit code."""

    def __init__(self) -> None:
        self.ctypes = import_module("ctypes")
        libc = self.ctypes.CDLL(None)
        self.on_exit, self.atexit = libc["on_exit"], libc["__cxa_atexit"]
        self.on_exit.argtypes = [self.ctypes.c_void_p] * 2
        self.atexit.argtypes = [self.ctypes.c_void_p] * 3
        self.end, self.write = (self.ctypes.cast(libc[name], self.ctypes.c_void_p) for name in ("_exit", "fflush"))

    def register(self) -> None:
        """Have `exit(3)` write what is buffered and end the process before it calls the handlers that exist by now.

        It calls them in the reverse order of their registration.
        """
        self.on_exit(self.end, None)
        self.atexit(self.write, None, None)


def keep_rays_objects() -> None:
    """Let them outlive the interpreter."""
    ctypes = import_module("ctypes")
    for value in gc.get_objects():
        if str(getattr(type(value), "__module__", "")).partition(".")[0] == "ray":
            ctypes.pythonapi.Py_IncRef(ctypes.py_object(value))
