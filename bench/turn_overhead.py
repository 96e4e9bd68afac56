"""What Raygen itself adds to a request for code: from `/raygen` to the card, with a model and a cluster at no cost.

Everything else is real: the bot, both agents, the gateway with the Lambda, each a process of its own, and stand-ins
for Slack and AgentCore that speak the services' protocols. The network between them is this machine's.
"""

import asyncio
import hashlib
import io
import tempfile
import time
import zipfile
from contextlib import ExitStack
from pathlib import Path
from statistics import median

from bench.result import Result
from sandbox.slack import Message
from sandbox.system import Sandbox
from tests.fakes.ray_jobs_api import FakeRayCluster

ROUNDS = 20
WARM_UP = 3
SECONDS = 30
PROGRAM = 'import ray\n\nray.init()\nprint("Hello")\n'


class InstantRay:
    """A cluster on which every program has succeeded as soon as it is submitted."""

    dashboard_url = ""

    def __init__(self) -> None:
        self._cluster = FakeRayCluster(on_submit=_succeed)
        self._serving = ExitStack()

    async def start(self) -> None:
        """Listen."""
        self._serving.enter_context(self._cluster)

    async def stop(self) -> None:
        """Listen no more."""
        self._serving.close()

    @property
    def address(self) -> str:
        """Where it listens."""
        return self._cluster.address

    @property
    def token(self) -> str:
        """What it asks for."""
        return self._cluster.token


class QuickSandbox(Sandbox):
    """A sandbox whose Ray takes no time, and which keeps no warm drivers for it."""

    def __init__(self, program: Path, data: Path) -> None:
        super().__init__(model=f"file:{program}", say=lambda _line: None, data=data)
        self.ray = InstantRay()  # type: ignore[assignment]  # the part of a head that is used

    def _lambda_environment(self) -> dict[str, str]:
        return {**super()._lambda_environment(), "RAYGEN_WARM_DRIVERS": "0"}


def measure() -> Result:
    """Seconds at the median."""
    with tempfile.TemporaryDirectory(prefix="raygen-bench-") as directory:
        seconds = asyncio.run(_measured(Path(directory)))
    return Result(
        name="turn_overhead",
        figure=round(median(seconds), 3),
        unit="s",
        target=0.15,
        better="lower",
        against="a model and a cluster that answer at once",
        times={"turn": seconds},
        details={"slowest": max(seconds), "fastest": min(seconds)},
    )


async def _measured(directory: Path) -> list[float]:
    program = directory / "hello.py"
    program.write_text(PROGRAM, encoding="utf-8")
    async with QuickSandbox(program, directory / "data") as sandbox:
        return [await _seconds(sandbox, number) for number in range(WARM_UP + ROUNDS)][WARM_UP:]


async def _seconds(sandbox: Sandbox, number: int) -> float:
    began = time.perf_counter()
    outcome = await sandbox.slack.command("analyst", "data", "/raygen", f"Say hello, {number}")
    if not outcome.acked:
        raise AssertionError(outcome)
    await sandbox.slack.wait_until(lambda: _cards(sandbox) > number, SECONDS)
    return round(time.perf_counter() - began, 4)


def _cards(sandbox: Sandbox) -> int:
    return sum(_is_card(message) for message in sandbox.slack.channel("data").messages)


def _is_card(message: Message) -> bool:
    return any(block.get("block_id") == "code_card" for block in message.blocks)


def _succeed(cluster: FakeRayCluster, submission_id: str) -> None:
    """Write what the wrapper on a real cluster writes at the end."""
    job = cluster.jobs[submission_id]
    package = cluster.packages[job.working_dir.removeprefix("gcs://")]
    with zipfile.ZipFile(io.BytesIO(package)) as archive:
        digest = hashlib.sha256(archive.read("program.py")).hexdigest()
    cluster.write(submission_id, "out", "Hello\n")
    cluster.write(submission_id, "exit", status="succeeded", code=0, traceback=None, sha256=digest)
    job.status, job.driver_exit_code = "SUCCEEDED", 0
