"""Whether anything is lost or done twice while bots are killed, frozen and cut off, and everything arrives twice.

With one replica on SQLite, with more on one Postgres. The same is done to a naive control, which must double something:
otherwise the run was blind.
"""

import argparse
import asyncio
import tempfile
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, nullcontext
from dataclasses import asdict, dataclass
from pathlib import Path
from random import Random

from bench.result import Result
from bench.stage.agents import ScriptedAgents
from bench.stage.people import Conversation
from bench.stage.postgres import Postgres
from bench.stage.reaper import Reaper, Traps
from bench.stage.theatre import Play, Stage, stage

PEOPLE = 16
STOPS = 0.3
FAULT_RATE = 0.03
PATIENCE = 150.0
ACCOUNTS = 5
CONTROL = "bench.stage.naive"
BOT = "bot"


@dataclass(frozen=True)
class Chaos:
    """How much of it: `control_kills` are the naive control's own; `people` talk to the bots at a time."""

    kills: int = 200
    replicas: int = 2
    control_kills: int = 20
    people: int = PEOPLE
    seed: int = 1
    patience: float = PATIENCE


@dataclass(frozen=True)
class Tally:
    """What came of it. `acked` counts the requests and clicks that a bot acknowledged.

    `accounts` tells of the first conversations in which something was lost or said twice.
    """

    kills: int
    acked: int
    lost: int
    double_jobs: int
    double_messages: int
    conversations: int
    at_labels: int
    freezes: int
    database_crashes: int
    seconds: float
    accounts: tuple[dict[str, object], ...] = ()

    @property
    def wrong(self) -> int:
        """Everything that must not be."""
        return self.lost + self.double_jobs + self.double_messages


def options() -> argparse.ArgumentParser:
    """The options of `python -m bench chaos`."""
    parser = argparse.ArgumentParser(prog="python -m bench chaos")
    parser.add_argument("--kills", type=int, default=Chaos.kills, metavar="N")
    parser.add_argument("--replicas", type=int, default=Chaos.replicas, metavar="R", help="1: SQLite; more: Postgres")
    parser.add_argument("--control-kills", type=int, default=Chaos.control_kills, metavar="N")
    parser.add_argument("--seed", type=int, default=Chaos.seed, metavar="N")
    return parser


def measure(**chosen: int) -> Result:
    """Lost requests, double jobs and double messages together."""
    return asyncio.run(chaos(Chaos(**chosen)))


async def chaos(plan: Chaos) -> Result:
    """The result of one run with its control. Raises RuntimeError when the control doubled nothing."""
    control = await unleash(plan, CONTROL, plan.control_kills)
    if not control.double_jobs + control.double_messages:
        raise RuntimeError("The naive control doubled nothing, so this run was blind. Take more --control-kills.")
    tally = await unleash(plan, BOT, plan.kills)
    return Result(
        name="chaos",
        figure=tally.wrong,
        unit="wrong",
        target=0,
        better="lower",
        against="a naive bot in the same run",
        times={"bot": [tally.seconds], "control": [control.seconds]},
        details={**asdict(tally), "replicas": plan.replicas, "control": asdict(control)},
    )


async def unleash(plan: Chaos, module: str, kills: int) -> Tally:
    """Let `kills` kills happen to replicas of `python -m module`, and count what came of it."""
    began = time.monotonic()
    random = Random(plan.seed)  # noqa: S311 - a plan that can be repeated
    traps = Traps(random)
    with (
        tempfile.TemporaryDirectory(prefix="raygen-chaos-") as made,
        Postgres() if plan.replicas > 1 else nullcontext() as postgres,
    ):
        directory = Path(made)
        sqlite = f"sqlite+aiosqlite:///{directory / 'chaos.sqlite3'}"
        url = await postgres.new_database("chaos") if postgres else sqlite
        settings = {"RAYGEN_UNREACHABLE_LIMIT_SECONDS": "300"}
        play = Play(directory, url, plan.replicas, deliveries=2, module=module, trouble=traps, settings=settings)
        async with stage(play, ScriptedAgents(random=random)) as set_up:
            traps.replicas = {replica.name: replica for replica in set_up.replicas}
            reaper = Reaper(set_up.replicas, traps, random, postgres)
            talks = await _talk(plan, set_up, reaper, kills)
            return _counted(talks, set_up, reaper, time.monotonic() - began)


async def _talk(plan: Chaos, set_up: Stage, reaper: Reaper, kills: int) -> list[Conversation]:
    """All conversations that were held; those that had begun when the last kill was over are waited for."""
    talks: list[Conversation] = []
    async with _people(plan, set_up, reaper.random, talks):
        reaper.traps.fault_rate = FAULT_RATE
        await reaper.reap(kills)
        reaper.traps.fault_rate = 0.0
    return talks


@asynccontextmanager
async def _people(plan: Chaos, set_up: Stage, random: Random, talks: list[Conversation]) -> AsyncIterator[None]:
    over = asyncio.Event()

    async def one() -> None:
        while not over.is_set():
            talk = Conversation(set_up.slack, len(talks), random.random() < STOPS, plan.patience)
            talks.append(talk)
            await talk.hold()

    people = [asyncio.create_task(one()) for _ in range(plan.people)]
    try:
        yield
    finally:
        over.set()
        await asyncio.gather(*people)


def _counted(talks: list[Conversation], set_up: Stage, reaper: Reaper, seconds: float) -> Tally:
    executions = set_up.agents.executions
    return Tally(
        kills=reaper.kills,
        acked=sum(len(talk.acked) for talk in talks),
        lost=sum(talk.lost for talk in talks),
        double_jobs=sum(max(0, executions[talk.sha256] - 1) for talk in talks),
        double_messages=sum(talk.doubled for talk in talks),
        conversations=len(talks),
        at_labels=len(reaper.traps.hits),
        freezes=reaper.freezes,
        database_crashes=reaper.crashes,
        seconds=round(seconds, 1),
        accounts=tuple(talk.account() for talk in talks if talk.lost or talk.doubled)[:ACCOUNTS],
    )
