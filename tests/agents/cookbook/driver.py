"""Runs programs one after the other as one Ray driver, so that they share its connection and its workers.

Takes paths as arguments; prints a JSON object for each: the path, what it printed, what it saved in the directory
RAYGEN_OUT, which is its own, and its traceback if it failed.
"""

import contextlib
import io
import json
import os
import re
import runpy
import sys
import traceback
from pathlib import Path

import ray

RAYLET = re.compile(r"^(?:\x1b\[\d+m)?\(raylet\b.*\n?", re.MULTILINE)
"""What Ray says of the cluster in a program's output, as on a busy machine; no wrapper takes it out here."""


def main() -> None:
    """Connect once, then let every program find Ray connected."""
    ray.init()
    ray.init = lambda *_arguments, **_options: None
    for path in sys.argv[1:]:
        sys.stdout.write(json.dumps(_run(path)) + "\n")
        sys.stdout.flush()


def _run(path: str) -> dict[str, str | list[str] | None]:
    out = Path(path).with_suffix("")
    out.mkdir()
    os.environ["RAYGEN_OUT"] = str(out)  # noqa: TID251 - a program finds it there
    printed = io.StringIO()
    failure = None
    with contextlib.redirect_stdout(printed):
        try:
            runpy.run_path(path, run_name="__main__")
        except (Exception, SystemExit):  # noqa: BLE001 - whatever a program raises is its test's failure, not the next one's
            failure = traceback.format_exc()
    saved = sorted(entry.name for entry in out.iterdir())
    return {"path": path, "printed": RAYLET.sub("", printed.getvalue()), "saved": saved, "failure": failure}


if __name__ == "__main__":
    main()
