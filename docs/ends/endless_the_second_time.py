"""Prints a line when it is validated, and does not stop printing in the run after that."""

import itertools
import pathlib

import ray

ray.init()
before = pathlib.Path("~/endless-the-second-time.lock").expanduser()
numbers = itertools.count() if before.exists() else [0]
before.touch()
for number in numbers:
    print(f"line {number:09}", "and so on" * 1_000)
# ruff: noqa: INP001, T201  # a program to try, and no part of the project
