"""What happens in a worker before it loads the first task or actor of the program; travels as text, see `Carrier`.

The functions that tell Ray's own log records and warnings from the user's serve in the program's process as well.
"""
# ruff: noqa: PTH103, PTH108, PTH109, PTH110, PTH118, PTH120, PTH123, PTH208, TID251  # runs where other files of ours are not, beside Ray's imports

from __future__ import annotations

import contextlib
import logging
import os
import pickle
import shutil
import sys
import threading
import traceback
import types
import warnings
from collections.abc import Callable, Iterator
from typing import Any

RAYS_LIBRARIES = (
    "python",
    "aiohttp",
    "filelock",
    "fsspec",
    "grpc",
    "opencensus",
    "opentelemetry",
    "requests",
    "urllib3",
)


def load(source: str, mark: str, directory: str, job: str, data: bytes) -> Any:
    """Prepare this worker once, then unpickle what Ray wanted."""
    here = ("raygen_worker", "raygen_driver.child")  # the driver itself loads classes of actors too
    with contextlib.suppress(Exception):
        if job_here() == job and not any(name in sys.modules for name in here):
            sys.modules["raygen_worker"] = types.ModuleType("raygen_worker")
            set_up(source, mark, directory, job)
    return sys.modules["ray.cloudpickle"].loads(data)


def job_here() -> str:
    """Ray's id of the job that this process works for: whoever finds a run's actor by name loads its class too.

    "" where it cannot be told, in the driver as in its workers.
    """
    try:
        return str(sys.modules["ray"].get_runtime_context().get_job_id())
    except Exception:  # noqa: BLE001  # whatever a release raises, the program goes on
        return ""


def set_up(source: str, mark: str, directory: str, job: str) -> None:
    """Everything that is different in a worker of ours."""
    os.environ.setdefault("RAY_TRAIN_ENABLE_PRINT_PATCH", "0")  # else Train prints each line of the user's twice
    with contextlib.suppress(Exception):  # Ray's own libraries look for their cluster, and find two on a shared machine
        os.environ.setdefault("RAY_ADDRESS", sys.modules["ray"].get_runtime_context().gcs_address)
    with contextlib.suppress(OSError):
        place_inputs(directory)
    enter(directory)
    save_beside(directory)
    write_whole_lines()
    flush_with_results()

    def send(text: str) -> bool:
        sys.stderr.write("".join(f"{mark}{line}\n" for line in text.split("\n")))
        return True

    divert_logging(send)
    divert_warnings(send)
    divert_threads(send)
    divert_unraisable(send)
    hand_on(source, mark, directory, job)


def enter(directory: str) -> None:
    """Work where the driver works, unless the program has given its workers a working directory of their own."""
    if "working_dir_files" not in os.getcwd():
        with contextlib.suppress(OSError):
            os.makedirs(directory, exist_ok=True)
            os.chdir(directory)


def place_inputs(directory: str) -> None:
    """Put the program's files, which Ray has unpacked on this node, where the program works: once, and each as a whole.

    On the driver's node that was done before the program began, which may have changed or removed them since.
    """
    packages = [os.path.join(path, "raygen-inputs") for path in sys.path]
    done = os.path.join(os.path.dirname(directory), "inputs-placed")
    for package in filter(os.path.isdir, packages):
        if os.path.exists(done):
            return
        os.makedirs(directory, exist_ok=True)
        for name in os.listdir(package):
            part = os.path.join(os.path.dirname(directory), f"{os.getpid()}.part")
            shutil.copyfile(os.path.join(package, name), part)
            with contextlib.suppress(FileExistsError):  # another worker on this node was faster
                os.link(part, os.path.join(directory, name))
            os.unlink(part)
        with open(done, "wb"):
            return


def save_beside(directory: str) -> None:
    """Save files where the driver saves them; from another node they do not come back, but saving them works."""
    out = os.path.join(os.path.dirname(directory), "out")
    with contextlib.suppress(OSError):
        os.makedirs(out, exist_ok=True)
    os.environ["RAYGEN_OUT"] = out
    os.environ["MPLBACKEND"] = "agg"


def write_whole_lines() -> None:
    """Ray's unbuffered stream writes half lines, which its log monitor sends as two: use the stream behind it."""
    for name in ("stdout", "stderr"):
        stream = getattr(sys, name)
        inner = getattr(stream, "stream", None)
        if type(stream).__name__ == "Unbuffered" and getattr(inner, "line_buffering", False):
            setattr(sys, name, inner)
        with contextlib.suppress(
            Exception
        ):  # no terminal, so it would hold lines back, of which Ray's own end loses some
            getattr(sys, f"__{name}__").reconfigure(line_buffering=True)


def flush_with_results() -> None:
    """A task's half line is written when it returns: Ray's own stream, which is replaced, wrote it at once."""
    with contextlib.suppress(KeyError, AttributeError):
        context: Any = sys.modules["ray._private.serialization"].SerializationContext
        original = context.serialize

        def serialize(self: Any, value: Any) -> Any:
            for stream in (sys.stdout, sys.stderr):
                with contextlib.suppress(Exception):  # a program may have put anything there
                    stream.flush()
            return original(self, value)

        context.serialize = serialize


def hand_on(source: str, mark: str, directory: str, job: str) -> None:
    """Tasks and actors that are defined in this worker prepare theirs in turn."""

    class Carrier:
        def __init__(self, data: bytes) -> None:
            self.data = data

        def __reduce__(self) -> tuple[Any, ...]:
            fields = {"source": source, "mark": mark, "directory": directory, "job": job, "data": self.data}
            return eval, ("exec(source) or load(source, mark, directory, job, data)", fields)

    def carrying(original: Any) -> Any:
        return lambda obj, error_msg: pickle.dumps(Carrier(original(obj, error_msg)))

    for name in ("ray._private.function_manager", "ray.remote_function"):
        module: Any = sys.modules[name]
        module.pickle_dumps = carrying(module.pickle_dumps)


def in_ray(path: str) -> bool:
    """Whether a source file belongs to the installed ray package."""
    parts = path.replace("\\", "/").split("/")
    return "ray" in parts and ("site-packages" in parts or "dist-packages" in parts)


def divert_logging(send: Callable[[str], bool]) -> None:
    """Log records made by Ray's own source go to files as ever, but to `send` instead of a stream."""
    original = logging.Logger.callHandlers

    def call_handlers(self: logging.Logger, record: logging.LogRecord) -> None:
        if not (in_ray(record.pathname) or record.name.startswith("ray.train") or made_for_ray(record)):
            original(self, record)
            return
        willing = [handler for handler in handlers_of(self) if record.levelno >= handler.level]
        for handler in willing:
            if not on_terminal(handler):
                handler.handle(record)
        text = logging.Formatter("%(levelname)s %(name)s: %(message)s").format(record)
        if any(map(on_terminal, willing)) and not send(text):
            original(self, record)

    logging.Logger.callHandlers = call_handlers  # type: ignore[method-assign]


def made_for_ray(record: logging.LogRecord) -> bool:
    """Whether a library made the record because Ray called it, which shows when a program asks for every record."""
    own = library_of(record.pathname)
    if own not in RAYS_LIBRARIES:
        return False
    frame = sys._getframe(2)  # noqa: SLF001  # of `logging`, behind the two of this file
    while frame is not None:
        library = library_of(frame.f_code.co_filename)
        if library == "ray":
            return True
        if library not in (own, "python"):
            return False
        frame = frame.f_back  # type: ignore[assignment]
    return False


def library_of(path: str) -> str:
    """The installed package that a source file belongs to; "python" for Python's own, "" for a program's."""
    parts = path.replace("\\", "/").split("/")
    for place in ("site-packages", "dist-packages"):
        if place in parts[:-1]:
            return parts[parts.index(place) + 1].partition(".")[0]
    return "python" if path.startswith((os.path.dirname(os.__file__), "<frozen ")) else ""


def on_terminal(handler: logging.Handler) -> bool:
    """Whether the handler writes to a stream such as standard error, rather than to a file."""
    return isinstance(handler, logging.StreamHandler) and not isinstance(handler, logging.FileHandler)


def handlers_of(logger: logging.Logger | None) -> Iterator[logging.Handler]:
    """The handlers that a record of the logger would reach."""
    while logger:
        yield from logger.handlers
        logger = logger.parent if logger.propagate else None


def divert_warnings(send: Callable[[str], bool]) -> None:
    """Warnings issued by Ray's own source go to `send`."""
    original = warnings.showwarning

    def showwarning(
        message: Any, category: Any, filename: str, lineno: int, file: Any = None, line: Any = None
    ) -> None:
        if file is not None or not in_ray(filename) or not send(f"{category.__name__}: {message}"):
            original(message, category, filename, lineno, file, line)

    warnings.showwarning = showwarning


def divert_threads(send: Callable[[str], bool]) -> None:
    """What ends a thread of Ray's own goes to `send`: one that runs nothing but Ray's code above Python's own."""
    original = threading.excepthook

    def excepthook(args: Any) -> None:
        files = [frame.filename for frame in traceback.extract_tb(args.exc_traceback)]
        own = [file for file in files if not file.endswith("threading.py")]
        shown = "".join(traceback.format_exception(args.exc_type, args.exc_value, args.exc_traceback)).rstrip()
        if not own or not all(map(in_ray, own)) or not send(f"Exception in a thread of Ray's:\n{shown}"):
            original(args)

    threading.excepthook = excepthook


def divert_unraisable(send: Callable[[str], bool]) -> None:
    """Ray ends its workers with SIGTERM; the SystemExit that this raises somewhere is Ray's noise, not the user's."""
    original = sys.unraisablehook

    def unraisablehook(unraisable: Any) -> None:
        if not issubclass(unraisable.exc_type, SystemExit):
            original(unraisable)
            return
        shown = traceback.format_exception(unraisable.exc_type, unraisable.exc_value, unraisable.exc_traceback)
        send(f"Exception ignored in: {unraisable.object!r}\n{''.join(shown).rstrip()}")

    sys.unraisablehook = unraisablehook
