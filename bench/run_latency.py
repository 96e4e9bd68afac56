"""How long a hello program takes from the call to its final answer: cold, warm, and by Ray's own means, in turn."""

import asyncio
import os
import subprocess
import sys
import tempfile
import time
import uuid
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path

from agents.cluster.settings import ClusterSettings
from bench.pairs import in_turn, ratio
from bench.result import Result
from sandbox.ray_head import RayHead
from tests.agents.cluster.calls import follow_to_the_end
from tests.agents.cluster.warming import wait_for_warm_driver

ROUNDS = 5
WARM_TARGET = 0.05
HELLO = """\
import ray

ray.init()


@ray.remote
def hello(name):
    print("working on", name)
    return f"Hello, {name}"


print(ray.get([hello.remote(name) for name in ("Ada", "Grace")]))
"""
WHERE_IS_IT = "import ray\nray.init()\nprint(ray.get_runtime_context().gcs_address)\n"


def on_a_cluster(work: Callable[[ClusterSettings], Result]) -> Result:
    """Do the work with a Ray head of its own; the settings have the pool of warm drivers switched off."""
    with asyncio.Runner() as runner:
        head = RayHead(cpus=4)
        runner.run(head.start())
        try:
            return work(ClusterSettings(hosts=(head.address,), token=head.token))
        finally:
            runner.run(head.stop())


def measure() -> Result:
    """Cold over `ray job submit`; `details["warm"]` has the same for a warm driver."""
    return on_a_cluster(_compare)


def _compare(settings: ClusterSettings) -> Result:
    with tempfile.TemporaryDirectory() as directory:
        ways = _ways(settings, Path(directory, "hello.py"))
        times = in_turn({way: partial(_timed, run, settings) for way, run in ways.items()}, ROUNDS)
    ratios = {way: round(ratio(times, way, to="ray_job_submit"), 4) for way in times}
    return Result(
        name="run_latency",
        figure=ratios["cold"],
        unit="of the time",
        target=0.45,
        better="lower",
        against="ray job submit of the same file",
        times=times,
        details={
            "over_ray_job_submit": ratios,
            "warm": {"figure": ratios["warm"], "target": WARM_TARGET, "met": ratios["warm"] <= WARM_TARGET},
        },
    )


def _ways(settings: ClusterSettings, program: Path) -> dict[str, Callable[[], object]]:
    """The ways to run the program, each until its output is there."""
    program.write_text(HELLO, encoding="utf-8")
    gcs = _run(settings, WHERE_IS_IT).strip()
    environment = _environment(settings.token)
    submit = [_beside_python("ray"), "job", "submit", "--address", f"http://{settings.hosts[0]}"]
    submit += ["--working-dir", str(program.parent), "--", "python", program.name]
    return {
        "cold": lambda: _run(settings, HELLO),
        "ray_job_submit": lambda: _command(submit, environment),
        "python": lambda: _command([sys.executable, str(program)], {**environment, "RAY_ADDRESS": gcs}),
        "warm": lambda: _run(_warm(settings), HELLO),
    }


def _warm(settings: ClusterSettings) -> ClusterSettings:
    return replace(settings, warm_drivers=1)


def _timed(run: Callable[[], object], settings: ClusterSettings) -> float:
    """The seconds of one run; before it a warm driver is idle: one that is just starting takes the others' time."""
    wait_for_warm_driver(_warm(settings))
    start = time.perf_counter()
    run()
    return round(time.perf_counter() - start, 3)


def _run(settings: ClusterSettings, code: str) -> str:
    report, output = follow_to_the_end(settings, settings.hosts[0], code, uuid.uuid4().hex)
    if report.status != "succeeded":
        raise RuntimeError(f"The program ended as {report.status}: {output}")
    return output


def _command(command: list[str], environment: dict[str, str]) -> None:
    subprocess.run(command, env=environment, check=True, capture_output=True, timeout=300)


def _beside_python(name: str) -> str:
    return str(Path(sys.executable).with_name(name))


def _environment(token: str) -> dict[str, str]:
    """What Ray's own command line needs."""
    path = f"{Path(sys.executable).parent}:{os.defpath}"
    return {"PATH": path, "HOME": tempfile.gettempdir(), "RAY_AUTH_MODE": "token", "RAY_AUTH_TOKEN": token}
