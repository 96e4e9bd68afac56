"""How many events one replica takes down in a second."""

import asyncio
import os
import tempfile
import time
from pathlib import Path

from bench.result import Result
from bench.stage.agents import ScriptedAgents
from bench.stage.theatre import Play, Stage, stage

EVENTS = 1_500
AT_A_TIME = 50
PEOPLE = 20
TARGET = 50.0


def measure() -> Result:
    """Commands that are written down and acknowledged each second, AT_A_TIME of them at a time."""
    return asyncio.run(_measure())


async def _measure() -> Result:
    with tempfile.TemporaryDirectory(prefix="raygen-throughput-") as directory:
        path = Path(directory)
        play = Play(path, f"sqlite+aiosqlite:///{path / 'events.sqlite3'}")
        # The generations take for ever, so that only the way to the acknowledgement is measured.
        async with stage(play, ScriptedAgents(generation=(3600.0, 3600.0))) as set_up:
            people = [set_up.slack.add_user(f"person-{number}").name for number in range(PEOPLE)]
            set_up.slack.add_channel("crowd", [*people, set_up.slack.bot.id])
            load = os.getloadavg()[0]
            seconds, acked = await _ask(set_up)
    rate = round(acked / seconds, 1)
    details = {"events": EVENTS, "acked": acked, "at_a_time": AT_A_TIME, "load": round(load, 1)}
    return Result("throughput", rate, "events/s", TARGET, "higher", "one replica", {"all": [seconds]}, details)


async def _ask(set_up: Stage) -> tuple[float, int]:
    room = asyncio.Semaphore(AT_A_TIME)

    async def one(number: int) -> bool:
        async with room:
            person = f"person-{number % PEOPLE}"
            return (await set_up.slack.command(person, "crowd", "/raygen", f"say hello {number}")).acked

    began = time.perf_counter()
    acked = sum(await asyncio.gather(*(one(number) for number in range(EVENTS))))
    return round(time.perf_counter() - began, 3), acked
