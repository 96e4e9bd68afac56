"""Greets."""

import ray

ray.init()
print("Hello")
# ruff: noqa: INP001, T201  # a program to try, and no part of the project
