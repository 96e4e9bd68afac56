"""Requests that are almost Slack's: none may be taken for one of Slack's, nor for a fault of ours."""

import argparse
import asyncio
import tempfile
import time
from collections import Counter
from pathlib import Path
from random import Random

from bench.result import Result
from bench.stage.inside import Inside, inside, version
from bench.stage.mutations import Mutated, mutated
from bench.stage.signed import interaction, pressed
from bot.blocks.names import RUN
from bot.store.models import Run

REQUESTS = 100_000
REPLAYS = 1_000
AT_A_TIME = 20
SEED = 7
SHOWN = 20
UNVERIFIED, FAULT = 401, 500


def options() -> argparse.ArgumentParser:
    """The options of `python -m bench http_requests`."""
    parser = argparse.ArgumentParser(prog="python -m bench http_requests")
    parser.add_argument("--requests", type=int, default=REQUESTS, metavar="N")
    parser.add_argument("--seed", type=int, default=SEED, metavar="N")
    return parser


def measure(requests: int = REQUESTS, seed: int = SEED) -> Result:
    """How many were answered in a way in which they must not be, and how many runs too many replays have led to."""
    return asyncio.run(_measure(requests, seed))


async def _measure(requests: int, seed: int) -> Result:
    with tempfile.TemporaryDirectory(prefix="raygen-http-") as directory:
        async with inside(Path(directory)) as bot:
            runs = await _runs_of_replays(bot)
            began = time.perf_counter()
            statuses, wrong = await _send(bot, Random(seed), requests)  # noqa: S311 - a series to be repeated
            seconds = round(time.perf_counter() - began, 3)
    return Result(
        name="http_requests",
        figure=len(wrong) + abs(runs - 1),
        unit="wrong",
        target=0,
        better="lower",
        against="requests that Slack signed",
        times={"all": [seconds]},
        details={
            "requests": requests,
            "statuses": {str(status): count for status, count in sorted(statuses.items())},
            "faults": sum(count for status, count in statuses.items() if status >= FAULT),
            "replays": REPLAYS,
            "runs_of_replays": runs,
            "seed": seed,
            "wrong": wrong[:SHOWN],
        },
    )


async def _runs_of_replays(bot: Inside) -> int:
    await bot.write_program(1)
    before = await bot.count(Run)
    click = bot.here(interaction(pressed(RUN, f"{version(1)}:7"))).signed(int(time.time()))
    for _ in range(REPLAYS // AT_A_TIME):
        await asyncio.gather(*(bot.post(click) for _ in range(AT_A_TIME)))
    return await bot.count(Run) - before


async def _send(bot: Inside, random: Random, requests: int) -> tuple[Counter[int], list[str]]:
    """The answers by their status, and what is wrong."""
    statuses: Counter[int] = Counter()
    wrong: list[str] = []
    originals, left = bot.requests(), iter(range(requests))

    async def sender() -> None:
        for _ in left:
            changed = mutated(random, originals, int(time.time()))
            status = (await bot.post(changed.request)).status_code
            statuses[status] += 1
            if _is_wrong(changed, status):
                wrong.append(f"{status}: {changed}")

    await asyncio.gather(*(sender() for _ in range(AT_A_TIME)))
    return statuses, wrong


def _is_wrong(changed: Mutated, status: int) -> bool:
    return status >= FAULT or changed.genuine == (status == UNVERIFIED)
