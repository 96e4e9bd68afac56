"""How long people wait for Slack's check mark when a thousand of them ask at once; also while runs are under way.

Slack's stand-in and the people share the machine with the bot, and their work is in the figure: it is an upper bound.
"""

import asyncio
import math
import os
import tempfile
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import httpx

from bench.result import Result
from bench.stage.agents import ScriptedAgents
from bench.stage.theatre import Play, Stage, stage
from bot.settings import Settings

COMMANDS = 1_000
PEOPLE = 100
RUNS = 200
TARGET_SECONDS = 1.0
FOR_EVER = (3600.0, 3600.0)

Ack = tuple[float, bool]
"""The seconds until Slack had an acknowledgement or gave up, and which of the two."""
NO_CAP = "0"
SETTINGS = {
    "RAYGEN_FOLLOW_WAIT_SECONDS": str(Settings.model_fields["follow_wait_seconds"].default),
    "RAYGEN_CONCURRENT_RUNS": str(RUNS),
    "RAYGEN_RUNS_PER_USER": NO_CAP,
    "RAYGEN_RUNS_PER_CHANNEL": NO_CAP,
    "RAYGEN_RUNS_PER_CLUSTER": NO_CAP,
    "RAYGEN_WAITING_TURNS": NO_CAP,
}


def measure() -> Result:
    """The 99th percentile of all commands' acknowledgements, in seconds."""
    return asyncio.run(_measure())


async def _measure() -> Result:
    with tempfile.TemporaryDirectory(prefix="raygen-acks-") as directory:
        path = Path(directory)
        play = Play(path, f"sqlite+aiosqlite:///{path / 'acks.sqlite3'}", settings=SETTINGS)
        # Nobody is answered, so that only the way to the acknowledgement is measured.
        async with stage(play, ScriptedAgents(generation=FOR_EVER, job=FOR_EVER)) as set_up:
            _gather_people(set_up)
            load, before = os.getloadavg()[0], _cpu_seconds(set_up)
            idle = await _ask_at_once(set_up, "alone")
            cpu = _cpu_seconds(set_up) - before
            async with _runs_under_way(set_up):
                busy = await _ask_at_once(set_up, "beside runs")
    return Result(
        name="acks",
        figure=_p99(idle),
        unit="s",
        target=TARGET_SECONDS,
        better="lower",
        against="Slack's limit of 3 s",
        times={"alone": _seconds(idle), "with_runs_in_flight": _seconds(busy)},
        details={
            "commands": COMMANDS,
            "acked": sum(acked for _, acked in idle),
            "acked_with_runs_in_flight": sum(acked for _, acked in busy),
            "load": round(load, 1),
            "bot_cpu_seconds": round(cpu, 2),
            "runs_in_flight": RUNS,
            "p99_with_runs_in_flight": _p99(busy),
        },
    )


def _gather_people(set_up: Stage) -> None:
    people = [set_up.slack.add_user(f"person-{number}").name for number in range(PEOPLE)]
    set_up.slack.add_channel("crowd", [*people, set_up.slack.bot.id])


async def _ask_at_once(set_up: Stage, prompt: str) -> list[Ack]:
    """What each command has come to; one that Slack gave up counts with the time that it took to."""

    async def ask(number: int) -> Ack:
        began = time.perf_counter()
        person = f"person-{number % PEOPLE}"
        outcome = await set_up.slack.command(person, "crowd", "/raygen", f"{prompt} {number}")
        return round(time.perf_counter() - began, 4), outcome.acked and outcome.shown is None

    return await asyncio.gather(*(ask(number) for number in range(COMMANDS)))


def _cpu_seconds(set_up: Stage) -> float:
    """What the bot has taken of a processor so far (proc(5)): a figure that a busy machine changes little."""
    fields = Path("/proc", str(set_up.replicas[0].pid), "stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _seconds(acks: list[Ack]) -> list[float]:
    return [seconds for seconds, _ in acks]


@asynccontextmanager
async def _runs_under_way(set_up: Stage) -> AsyncIterator[None]:
    """RUNS runs that go on for as long as the block lasts."""
    limits = httpx.Limits(max_connections=None)
    async with httpx.AsyncClient(base_url=set_up.replicas[0].api, limits=limits, timeout=FOR_EVER[0]) as client:
        calls = [asyncio.create_task(client.post("/execute", json={"code": f"print({n})"})) for n in range(RUNS)]
        while len(set_up.agents.jobs) < RUNS:
            await asyncio.sleep(0.1)
        yield
        for call in calls:
            call.cancel()
        await asyncio.gather(*calls, return_exceptions=True)


def _p99(acks: list[Ack]) -> float:
    return sorted(_seconds(acks))[math.ceil(len(acks) * 0.99) - 1]
