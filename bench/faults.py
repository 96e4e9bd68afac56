"""Whether every conversation ends right when the ways to Slack, to AgentCore and to Ray each break in their own way.

Every combination of a fault or none on each of the three links, but the one without any; under each a conversation
that ends by itself and one that is stopped. A naive control goes wrong in the same run: otherwise the run was blind.
"""

import argparse
import asyncio
import tempfile
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from random import Random

from bench.result import Result
from bench.stage.chain import Chain, chain
from bench.stage.plan import LINKS, Lane, Link, Triple, every_triple, pairwise, singles
from bench.stage.replicas import BOT
from bench.stage.talk import Talk
from bench.stage.verdict import End, Ending, is_doubled, wrongs
from bot.blocks.names import ENDED_RUN

LANES = 24
CONTROL = "bench.stage.naive"
SEED = 1
ENDS: tuple[End, ...] = ("ends", "stopped")
Conversations = tuple[tuple[Triple, End], ...]


@dataclass(frozen=True)
class Plan:
    """What is tried: the `nth` request of each kind meets its fault, in `lanes` conversations at a time."""

    conversations: Conversations
    nth: int = 1
    lanes: int = LANES
    module: str = BOT


@dataclass(frozen=True)
class Judged:
    """A conversation, what is wrong with its ending, and which requests met a fault."""

    triple: Triple
    end: End
    ending: Ending
    wrong: tuple[str, ...]
    met: tuple[tuple[Link, str], ...]
    seconds: float

    def __str__(self) -> str:
        return f"{self.triple} ({self.end}): {'; '.join(self.wrong) or 'right'}"


def options() -> argparse.ArgumentParser:
    """The options of `python -m bench faults`."""
    parser = argparse.ArgumentParser(prog="python -m bench faults")
    parser.add_argument("--nth", type=int, default=1, metavar="N", help="which request of each kind meets the fault")
    parser.add_argument("--lanes", type=int, default=LANES, metavar="N", help="conversations at a time")
    parser.add_argument("--short", action="store_true", help="each fault alone, and each pair of two links' faults")
    return parser


def measure(*, nth: int = 1, lanes: int = LANES, short: bool = False) -> Result:
    """Conversations whose final state is wrong. Raises RuntimeError when the judge, or the trouble, was blind."""
    plan = Plan(short_form() if short else whole_form(), nth, lanes)
    control = asyncio.run(held(Plan(control_form(), module=CONTROL)))
    require_doubles(control)
    began = time.monotonic()
    judged = asyncio.run(held(plan))
    require_sight(judged, nth)
    wrong = [each for each in judged if each.wrong]
    return Result(
        name="faults",
        figure=len(wrong),
        unit="wrong",
        target=0,
        better="lower",
        against="a naive bot in the same run",
        times={"conversation": [each.seconds for each in judged]},
        details={
            "combinations": len({each.triple for each in judged}),
            "conversations": len(judged),
            "by_link": by_link(judged),
            "wrong": [str(each) for each in wrong],
            "seconds": round(time.monotonic() - began, 1),
            "nth": nth,
            "control": [str(each) for each in control],
        },
    )


def whole_form() -> Conversations:
    """Every combination, with a run that ends by itself and with one that is stopped."""
    return tuple((triple, end) for triple in every_triple() for end in ENDS)


def short_form() -> Conversations:
    """Each fault alone on each link, and triples in which each two links meet every pair of faults.

    Stopping asks for everything that there is to ask for, so the single faults meet a run that is stopped.
    """
    mixed = ((triple, ENDS[number % len(ENDS)]) for number, triple in enumerate(pairwise()))
    return (*((triple, "stopped") for triple in singles()), *mixed)


def control_form() -> Conversations:
    """What a bot that does not look before it does something again does twice: a message, and a job."""
    return (Triple(slack="reset_after"), "ends"), (Triple(agentcore="reset_after"), "ends")


async def held(plan: Plan) -> list[Judged]:
    """The conversations of the plan, each judged."""
    waiting = list(enumerate(plan.conversations))
    # Slack's limits hold for a workspace: conversations that meet a 429 must not all come together
    Random(SEED).shuffle(waiting)  # noqa: S311 - an order that can be repeated
    judged: list[Judged] = []

    async def one_after_the_other(stage: Chain, lane: Lane) -> None:
        while waiting:
            number, (triple, end) = waiting.pop(0)
            judged.append(await _judged(Talk(stage, lane, number, triple, end, plan.nth)))

    with tempfile.TemporaryDirectory(prefix="raygen-faults-") as made:
        lanes = min(plan.lanes, len(waiting))
        async with chain(Path(made), lanes, plan.module) as stage, asyncio.TaskGroup() as group:
            for lane in stage.trouble.lanes:
                group.create_task(one_after_the_other(stage, lane))
    return judged


async def _judged(talk: Talk) -> Judged:
    began = time.monotonic()
    ending = await talk.hold()
    seconds = round(time.monotonic() - began, 2)
    return Judged(talk.triple, talk.end, ending, wrongs(ending, talk.end), tuple(talk.met), seconds)


def by_link(judged: Sequence[Judged]) -> dict[str, dict[str, object]]:
    """For each link: the conversations that had a fault there, those that went wrong, and how often what met it."""
    return {link: _of_link(link, [each for each in judged if each.triple.on(link)]) for link in LINKS}


def _of_link(link: Link, judged: Sequence[Judged]) -> dict[str, object]:
    met = Counter(kind for each in judged for where, kind in each.met if where == link)
    wrong = sum(bool(each.wrong) for each in judged)
    return {"conversations": len(judged), "wrong": wrong, "met": dict(sorted(met.items()))}


def require_doubles(control: Sequence[Judged]) -> None:
    """Raises RuntimeError when a conversation of the control has nothing twice, or is called right."""
    single = [each for each in control if not (each.wrong and is_doubled(each.ending))]
    if single:
        raise RuntimeError(f"The naive control did nothing twice, so this run was blind: {single[0]}.")


def require_sight(judged: Sequence[Judged], nth: int = 1) -> None:
    """Raises RuntimeError when a planned fault was never met, or a wrong ending is called right.

    Each kind of request comes once at least in each conversation; a second one only where the first went wrong.
    """
    unmet = [each for each in judged if not set(each.triple.troubled) <= {link for link, _ in each.met}]
    if unmet and nth == 1:
        raise RuntimeError(f"A fault that was planned met no request, so this run was blind: {unmet[0]}.")
    right = next((each for each in judged if not each.wrong), None)
    if right and not all(wrongs(mutant, right.end) for mutant in mutants(right.ending)):
        raise RuntimeError("A doubled result or a doubled job was called right, so this run was blind.")


def mutants(ending: Ending) -> tuple[Ending, ...]:
    """A right ending with its result twice, and with a second job for the click."""
    shown, jobs = ending.shown, ending.jobs
    return (
        replace(ending, shown=replace(shown, cards=(*shown.cards, ENDED_RUN))),
        replace(ending, jobs=replace(jobs, runs=jobs.runs * 2)),
    )
