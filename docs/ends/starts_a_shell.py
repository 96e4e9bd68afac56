"""Wants to start a shell, which no program may."""

import subprocess

print(subprocess.run(["id"], capture_output=True, text=True, check=True).stdout)
# ruff: noqa: INP001, T201, S607  # a program to try, and no part of the project
