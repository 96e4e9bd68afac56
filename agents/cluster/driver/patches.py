"""The only place that touches Ray's private names: what happens to its modules in the program's process.

If a name is missing in some release, a `diag` record says so, and the lines still arrive through the pipes with Ray's
own prefixes.
"""
# ruff: noqa: PTH100, PTH118, PTH120, PTH123, TID251  # Ray's objects have no types; as little as possible is imported

from __future__ import annotations

import atexit
import json
import os
import pickle
import re
import time
from typing import TYPE_CHECKING, Any

from .corelog import AbortReports, is_core_line
from .drain import Drain
from .forks import Forks, keep_rays_objects
from .plots import patch_pyplot
from .worker import job_here

if TYPE_CHECKING:
    from collections.abc import Callable

    from .child import Events

_SYSTEM_PIDS = ("raylet", "gcs_server", "autoscaler", "runtime_env")
_BAR_SECONDS = 0.2
_MARK = re.compile("\x1e[a-z0-9-]{1,64}\x1f")
_TOKEN = re.compile(r":(?:task_name|actor_name|job_id):[^\s:]*$")
_LONGEST_TOKEN = 300
_LOAD = "exec(source) or load(source, mark, directory, job, data)"


def patches() -> dict[str, Callable[[Any, Events], None]]:
    """What is done to which module after its import."""
    return {
        "ray._private.worker": patch_worker,
        "ray._private.function_manager": patch_pickling,
        "ray.remote_function": patch_pickling,
        "ray.experimental.tqdm_ray": patch_bars,
        "ray.tune.experimental.output": patch_tune,
        "matplotlib.pyplot": patch_pyplot,
    }


def patch_worker(module: Any, events: Events) -> None:
    """Take the workers' lines before Ray deduplicates and prefixes them, and wait for the last before it hangs up.

    Ray's own exit handler sleeps half a second instead, so it is replaced by a plain `shutdown`.
    """
    lines, forks = WorkerLines(module, events), Forks(module)
    module.print_to_stdstream = lines.take
    disconnect = module.disconnect

    def drain_and_disconnect(*args: Any, **kwargs: Any) -> Any:
        lines.drain.wait(module.global_worker)
        return disconnect(*args, **kwargs)

    def end() -> None:
        if forks.inherited:  # the connection is the parent's
            keep_rays_objects()
            return
        if os.getpid() == events.pid:
            events.send("ending", "")
        module.shutdown()

    module.disconnect = drain_and_disconnect
    atexit.unregister(module.shutdown)
    atexit.register(end)


class WorkerLines:
    """The lines that the nodes' log monitors send to the driver."""

    def __init__(self, module: Any, events: Events) -> None:
        self.module = module
        self.events = events
        self.magic = getattr(module, "RAY_TQDM_MAGIC", "__ray_tqdm_magic_token__")
        self.drain = Drain(events.directory)
        self.aborts = AbortReports()

    def take(self, data: dict[str, Any], *_: Any, **__: Any) -> None:
        """Stands in for `print_to_stdstream`: one event for each run of lines of one kind."""
        if data.get("pid") in _SYSTEM_PIDS:
            self.diagnose(data)
            return
        batch: list[str] = []
        last = ""
        for line in data.get("lines") or []:
            kind = self.kind_of(line, data)
            if kind != last:
                self.send(last, batch, data)
                batch, last = [], kind
            batch.append(without_token(_MARK.sub("", line, count=1)))
        self.send(last, batch, data)
        self.drain.count(data)

    def kind_of(self, line: str, data: dict[str, Any]) -> str:
        """Whose line it is: marked by the hook, a progress bar's, the C++ core's own, or the user's."""
        if _MARK.match(line):
            return "ray"
        if line.startswith("{") and self.magic in line[:200]:
            return "progress"
        if not data.get("is_err"):
            return "wout"
        if self.aborts.take(line, (data.get("ip"), data.get("pid"))):
            return "ray"
        return "ray" if is_core_line(line, data.get("pid") or 0) else "werr"

    def send(self, kind: str, batch: list[str], data: dict[str, Any]) -> None:
        """Send a run of lines with their worker's name."""
        if batch:
            name = data.get("actor_name") or data.get("task_name")
            self.events.send(kind, "\n".join(batch) + "\n", pid=data.get("pid"), name=name, ip=data.get("ip"))

    def diagnose(self, data: dict[str, Any]) -> None:
        """What the raylet, the GCS or the autoscaler has to say."""
        lines = data.get("lines") or []
        if data.get("pid") == "autoscaler":
            lines = self.module.filter_autoscaler_events(lines)
        for line in lines:
            self.events.send("diag", line.replace(":info_message:", "") + "\n", pid=data.get("pid"))


def without_token(line: str) -> str:
    """The line without what Ray prints at a task's start, which lands behind a half line of the task before."""
    found = _TOKEN.search(line, max(0, len(line) - _LONGEST_TOKEN))
    return line if found is None else line[: found.start()]


class Carrier:
    """A pickled function or class that, when it is unpickled in a worker, has the worker prepared first."""

    def __init__(self, source: str, mark: str, directory: str, job: str, data: bytes) -> None:
        self.fields = {"source": source, "mark": mark, "directory": directory, "job": job, "data": data}

    def __reduce__(self) -> tuple[Any, ...]:
        """Built-ins only: no node but this one has these files."""
        return eval, (_LOAD, dict(self.fields))


def patch_pickling(module: Any, events: Events) -> None:
    """Every task and actor that the program exports prepares the worker that loads it.

    Ray has `worker_process_setup_hook` for this, but a worker with a runtime environment takes twice as long to start.
    """
    original = module.pickle_dumps
    with open(os.path.join(os.path.dirname(os.path.abspath(__file__)), "worker.py"), encoding="utf-8") as file:
        source = file.read()
    mark, directory = worker_mark(), events.directory

    def pickle_dumps(obj: Any, error_msg: str) -> bytes:
        return pickle.dumps(Carrier(source, mark, directory, job_here(), original(obj, error_msg)))

    module.pickle_dumps = pickle_dumps


def patch_tune(module: Any, events: Events) -> None:
    """Tune prints its tables with `print`: they are progress, not the user's lines."""

    def to_channel(*values: object, sep: str | None = " ", end: str | None = "\n", **_: object) -> None:
        text = (" " if sep is None else sep).join(map(str, values)) + ("\n" if end is None else end)
        events.send("progress", text)

    module.print = to_channel


def patch_bars(module: Any, events: Events) -> None:
    """Ray's bars in the driver itself, which older releases of Ray Data have, are told like those in its workers."""
    told: dict[str, float] = {}

    def process_state_update(_manager: Any, state: dict[str, Any]) -> None:
        name, now = str(state.get("uuid")), time.monotonic()
        if state.get("closed"):
            told.pop(name, None)
        elif now - told.get(name, 0.0) < _BAR_SECONDS:
            return
        else:
            told[name] = now
        events.send("progress", json.dumps(state) + "\n")

    module._BarManager.process_state_update = process_state_update  # noqa: SLF001  # there is no public place


def worker_mark() -> str:
    """What stands before Ray's own lines in the workers: no program prints it by accident.

    A detached actor that serves several runs keeps the mark of the first, so that the mark of any run counts.
    """
    try:
        name = json.loads(os.environ["RAY_JOB_CONFIG_JSON_ENV_VAR"])["metadata"]["job_submission_id"]
    except (KeyError, ValueError, TypeError):
        name = "raygen"
    return f"\x1e{name}\x1f"
