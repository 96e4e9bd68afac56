"""The program's process of a warm driver: connects to Ray, has workers started, and waits to become the program.

Run as a script with a pipe as standard input: a line means «go», its end means that nobody will ever say so.
"""
# ruff: noqa: PTH109, PTH118, PTH123  # runs in the program's process

from __future__ import annotations

import atexit
import builtins
import os
import sys
import types
from importlib import import_module
from typing import Any

READY = b"\x06raygen: ready\n"
WORKERS = 2
PROGRAM = "program.py"


def connect() -> tuple[Any, Any]:
    """Ray, connected and with workers that have loaded a function of this job, and what `ray.init` returned."""
    ray = import_module("ray")
    context = ray.init()

    def nothing() -> None:
        """Have a worker started."""

    nothing.__module__ = "__main__"  # pickled by value: no worker has this file
    task = ray.remote(nothing)
    ray.get([task.remote() for _ in range(WORKERS)])
    return ray, context


def honour_init(ray: Any, context: Any) -> None:
    """The program's first `ray.init` finds the connection that is there; what follows is Ray's own."""
    original = ray.init

    def init(*args: Any, **kwargs: Any) -> Any:
        ray.init = original
        return context if ray.is_initialized() else original(*args, **kwargs)

    ray.init = init


def wait() -> bool:
    """Whether there is a program to become; afterwards standard input is empty, as it is for every program."""
    told = os.read(0, 64)
    null = os.open(os.devnull, os.O_RDONLY)
    os.dup2(null, 0)
    os.close(null)
    return bool(told)


def become(path: str, ending: Any) -> None:
    """Run the file as `__main__`; an exception is shown without the frames of this file."""
    main = types.ModuleType("__main__")
    main.__dict__.update({"__file__": path, "__builtins__": builtins, "__cached__": None})
    sys.modules["__main__"] = main
    with open(path, "rb") as file:
        source = file.read()
    try:
        exec(compile(source, path, "exec", dont_inherit=True), main.__dict__)  # noqa: S102  # what all this is for
    except SystemExit as error:
        ending.note(error)
        raise
    except BaseException as error:  # noqa: BLE001  # shown as the interpreter shows it
        shown = error.with_traceback(error.__traceback__ and error.__traceback__.tb_next)
        sys.excepthook(type(shown), shown, shown.__traceback__)
        ending.note(error)
        sys.exit(1)
    ending.note(None)


def main() -> None:
    """Warm up, wait, become the program."""
    work = os.getcwd()
    sys.path[0] = work
    sys.argv = [PROGRAM]
    ray, context = connect()
    honour_init(ray, context)
    ending = import_module("raygen_driver.ending").Ending(sys.modules["ray._private.worker"])
    atexit.register(ending.tell)
    os.write(1, READY)
    if wait():
        become(os.path.join(work, PROGRAM), ending)


if __name__ == "__main__":
    main()
