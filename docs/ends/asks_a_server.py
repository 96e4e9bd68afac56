"""Speaks to a server, which somebody has to approve."""

import http.client

import ray

ray.init()
print("200 means", http.client.responses[200])
# ruff: noqa: INP001, T201  # a program to try, and no part of the project
