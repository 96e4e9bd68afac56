"""How long people wait for Slack's check mark when a thousand of them ask at once; also while runs are under way."""

import asyncio
import tempfile
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import httpx

from bench.result import Result
from bench.stage.agents import ScriptedAgents
from bench.stage.theatre import Play, Stage, stage

COMMANDS = 1_000
PEOPLE = 100
RUNS = 200
TARGET_SECONDS = 1.0
FOR_EVER = (3600.0, 3600.0)
SETTINGS = {"RAYGEN_CONCURRENT_RUNS": str(RUNS), "RAYGEN_RUNS_PER_CLUSTER": "0"}


def measure() -> Result:
    """The 99th percentile of all commands' acknowledgements, in seconds."""
    return asyncio.run(_measure())


async def _measure() -> Result:
    with tempfile.TemporaryDirectory(prefix="raygen-acks-") as directory:
        path = Path(directory)
        play = Play(path, f"sqlite+aiosqlite:///{path / 'acks.sqlite3'}", settings=SETTINGS)
        async with stage(play, ScriptedAgents(generation=(0.5, 1.0), job=FOR_EVER)) as set_up:
            _gather_people(set_up)
            idle = await _ask_at_once(set_up, "alone")
            async with _runs_under_way(set_up):
                busy = await _ask_at_once(set_up, "beside runs")
    return Result(
        name="acks",
        figure=_p99(idle),
        unit="s",
        target=TARGET_SECONDS,
        better="lower",
        against="Slack's limit of 3 s",
        times={"alone": idle, "with_runs_in_flight": busy},
        details={
            "commands": COMMANDS,
            "acked": len(idle),
            "acked_with_runs_in_flight": len(busy),
            "runs_in_flight": RUNS,
            "p99_with_runs_in_flight": _p99(busy),
        },
    )


def _gather_people(set_up: Stage) -> None:
    people = [set_up.slack.add_user(f"person-{number}").name for number in range(PEOPLE)]
    set_up.slack.add_channel("crowd", [*people, set_up.slack.bot.id])


async def _ask_at_once(set_up: Stage, prompt: str) -> list[float]:
    """The seconds that each acknowledgement took; those that never came are left out."""

    async def ask(number: int) -> float | None:
        began = time.perf_counter()
        person = f"person-{number % PEOPLE}"
        outcome = await set_up.slack.command(person, "crowd", "/raygen", f"{prompt} {number}")
        return round(time.perf_counter() - began, 4) if outcome.acked and outcome.shown is None else None

    taken = await asyncio.gather(*(ask(number) for number in range(COMMANDS)))
    return [seconds for seconds in taken if seconds is not None]


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


def _p99(times: list[float]) -> float:
    return sorted(times)[max(0, int(len(times) * 0.99) - 1)] if times else float("inf")
