"""Takes minutes, also when it is validated."""

import time

import ray

ray.init()
print("begun", flush=True)
time.sleep(300)
# ruff: noqa: INP001, T201, TID251  # a program to try, and no part of the project
