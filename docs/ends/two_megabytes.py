"""Prints 2 MB, of which the cluster keeps the first and the last part."""

import ray

ray.init()
for number in range(40_000):
    print(f"line {number:06} of a program that says far too much")
# ruff: noqa: INP001, T201  # a program to try, and no part of the project
