"""Is quick when it is validated, and takes minutes in the run after that."""

import pathlib
import time

import ray

ray.init()
before = pathlib.Path("~/slow-the-second-time.lock").expanduser()
minutes = 5 if before.exists() else 0
before.touch()
print("begun", flush=True)
time.sleep(60 * minutes)
# ruff: noqa: INP001, T201, TID251  # a program to try, and no part of the project
