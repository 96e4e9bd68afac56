"""Works when it is validated, and fails in the run after that."""

import pathlib

import ray

ray.init()
before = pathlib.Path("~/works-once.lock").expanduser()
groups = 0 if before.exists() else 4
before.touch()
print(f"{360 // groups} measurements in each of {groups} groups")
# ruff: noqa: INP001, T201  # a program to try, and no part of the project
