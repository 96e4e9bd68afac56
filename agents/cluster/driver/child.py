"""Runs in the program's process before the program: sends what is Ray's own over the event channel, not to the user."""
# ruff: noqa: PTH118, PTH109  # runs in the program's process: as little as possible is imported
# ruff: noqa: BLE001  # whatever fails in here must not fail the program; Ray's objects have no types

from __future__ import annotations

import contextlib
import importlib.abc
import importlib.util
import json
import os
import re
import sys
import threading
import traceback
from typing import TYPE_CHECKING, Any

from .patches import patches
from .worker import divert_logging, divert_threads, divert_warnings, in_ray

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from importlib.machinery import ModuleSpec
    from types import ModuleType, TracebackType


_COLOUR = re.compile(r"\x1b\[[0-9;]*m")


class Events:
    """The writing end of the event channel; knows the process and the directory that the program starts in."""

    def __init__(self, fd: int) -> None:
        os.set_inheritable(fd, False)
        self.fd = fd
        self.lock = threading.Lock()
        self.pid = os.getpid()
        self.directory = os.getcwd()

    def send(self, kind: str, text: str, **more: object) -> None:
        """Send one event; a closed channel loses the event, never the program."""
        data = (json.dumps({"k": kind, "x": text, **more}) + "\n").encode("ascii")
        with contextlib.suppress(OSError), self.lock:
            while data:
                data = data[os.write(self.fd, data) :]

    def ray(self, text: str) -> bool:
        """Send lines of Ray's own; False in a process that the program has forked, which has no channel."""
        if os.getpid() != self.pid:
            return False
        self.send("ray", text + "\n")
        return True


def prepare(fd: int) -> None:
    """Install everything; `fd` is the event channel."""
    events = Events(fd)
    divert_warnings(events.ray)
    divert_logging(events.ray)
    divert_threads(events.ray)
    report_exceptions(events)
    sys.meta_path.insert(0, PatchOnImport(patches(), events))


def report_exceptions(events: Events) -> None:
    """The exception that ends the program also goes to the channel, with the program's own frames only."""
    original = sys.excepthook
    program = os.path.join(events.directory, "program.py")

    def excepthook(kind: type[BaseException], value: BaseException, tb: TracebackType | None) -> None:
        if os.getpid() == events.pid:
            with contextlib.suppress(Exception):
                events.send("traceback", user_traceback(traceback.format_exception(kind, value, tb), program))
        original(kind, value, tb)

    sys.excepthook = excepthook


def user_traceback(formatted: list[str], program: str) -> str:
    """A formatted traceback without Ray's frames, and with the program's bare name.

    A task's error carries the worker's traceback in its text, so the text is filtered rather than the frames: a line
    that starts with `File` decides, and those below it that are indented deeper follow.
    """
    shown, keep = [], True
    for line in "".join(formatted).splitlines():
        if line.lstrip().startswith('File "'):
            keep = not in_ray(line.split('"')[1])
        elif not line.startswith("    "):
            keep = True
        if keep:
            shown.append(_COLOUR.sub("", line).replace(program, "program.py"))
    return "\n".join(shown)


class PatchOnImport(importlib.abc.MetaPathFinder):
    """Runs a function on a module right after its import; Ray is imported when the program says so, not before."""

    def __init__(self, patches: dict[str, Callable[[Any, Events], None]], events: Events) -> None:
        self.patches = patches
        self.events = events

    def find_spec(
        self,
        fullname: str,
        path: Sequence[str] | None = None,  # noqa: ARG002  # importlib's signature
        target: ModuleType | None = None,  # noqa: ARG002
    ) -> ModuleSpec | None:
        """Leave the module to whoever finds it, and be told when it has been executed."""
        patch = self.patches.pop(fullname, None)
        spec = importlib.util.find_spec(fullname) if patch is not None else None
        if patch is None or spec is None or spec.loader is None:
            return spec
        execute = spec.loader.exec_module

        def exec_module(module: ModuleType) -> None:
            execute(module)
            self.apply(patch, module)

        spec.loader.exec_module = exec_module  # type: ignore[method-assign]
        return spec

    def apply(self, patch: Callable[[Any, Events], None], module: ModuleType) -> None:
        """Patch; a release that lacks a name is told of in a record, and the program runs on."""
        try:
            patch(module, self.events)
        except Exception:
            self.events.send("diag", f"{module.__name__} has changed: {traceback.format_exc(limit=1)}\n")
