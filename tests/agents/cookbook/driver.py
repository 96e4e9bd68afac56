"""Runs programs one after the other as one Ray driver, so that they share its connection and its workers.

Takes paths as arguments; prints a JSON object for each: the path, what it printed, and its traceback if it failed.
"""

import contextlib
import io
import json
import runpy
import sys
import traceback

import ray


def main() -> None:
    """Connect once, then let every program find Ray connected."""
    ray.init()
    ray.init = lambda: None
    for path in sys.argv[1:]:
        sys.stdout.write(json.dumps(_run(path)) + "\n")
        sys.stdout.flush()


def _run(path: str) -> dict[str, str | None]:
    printed = io.StringIO()
    failure = None
    with contextlib.redirect_stdout(printed):
        try:
            runpy.run_path(path, run_name="__main__")
        except Exception:  # noqa: BLE001 - whatever a program raises is its test's failure, not the next one's
            failure = traceback.format_exc()
    return {"path": path, "printed": printed.getvalue(), "failure": failure}


if __name__ == "__main__":
    main()
