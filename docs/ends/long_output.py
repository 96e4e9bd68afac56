"""Prints more lines than a message holds."""

import ray

ray.init()
for number in range(200):
    print(f"{number:3} squared is {number * number}")
# ruff: noqa: INP001, T201  # a program to try, and no part of the project
