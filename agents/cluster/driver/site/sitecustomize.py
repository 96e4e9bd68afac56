"""Found by the interpreter before the program: prepares the process, then hides; the program starts natively."""
# ruff: noqa: INP001, PTH100, PTH120, TID251  # runs in the program's process, before it: as little as possible is imported

import os
import sys
from importlib import import_module
from importlib.machinery import PathFinder
from importlib.util import module_from_spec

_HERE = os.path.dirname(os.path.abspath(__file__))
_ROOT = os.path.dirname(os.path.dirname(_HERE))


def _prepare() -> None:
    fd = os.environ.pop("RAYGEN_EVENT_FD", None)
    if fd is not None:
        sys.path.insert(0, _ROOT)
        import_module("raygen_driver.child").prepare(int(fd))


def _hide() -> None:
    """Take these files off the path of the program and of whatever it starts."""
    sys.path[:] = [path for path in sys.path if path not in (_HERE, _ROOT)]
    paths = [path for path in os.environ.get("PYTHONPATH", "").split(os.pathsep) if path and path != _HERE]
    os.environ.pop("PYTHONPATH", None)
    if paths:
        os.environ["PYTHONPATH"] = os.pathsep.join(paths)


def _run_the_hidden_one() -> None:
    """The installation's own sitecustomize, if it has one, runs as it would have."""
    spec = PathFinder.find_spec("sitecustomize", sys.path)
    if spec is not None and spec.loader is not None:
        spec.loader.exec_module(module_from_spec(spec))


_prepare()
_hide()
_run_the_hidden_one()
