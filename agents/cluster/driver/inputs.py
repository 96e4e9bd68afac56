"""The files that came with the run: a package of their own, which Ray unpacks on every node that works for the job.

They are copied into the program's directory rather than used where they are: Ray shares that place among all jobs with
the same files, and a program may write into its own.
"""
# ruff: noqa: PTH112, PTH118, PTH120, PTH123, PTH208  # as in __main__.py

from __future__ import annotations

import os
import shutil

DIRECTORY = "raygen-inputs"
PLACED = "inputs-placed"


def holds_inputs(path: str) -> bool:
    """Whether a directory is such a package."""
    return os.path.isdir(os.path.join(path, DIRECTORY))


def place_inputs(work: str, paths: list[str]) -> None:
    """Copy the files of the package among `paths` into `work`, and leave a mark: workers beside it need not do it."""
    for path in filter(holds_inputs, paths):
        package = os.path.join(path, DIRECTORY)
        for name in os.listdir(package):
            shutil.copyfile(os.path.join(package, name), os.path.join(work, name))
        with open(os.path.join(os.path.dirname(work), PLACED), "wb"):
            return
