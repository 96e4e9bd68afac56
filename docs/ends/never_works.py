"""Fails whenever it runs."""

import ray

ray.init()
print(1 // 0)
# ruff: noqa: INP001, T201  # a program to try, and no part of the project
