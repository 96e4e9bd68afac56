"""Pure: whether what a conversation has left behind is right, seen from Slack, from the store and from the cluster.

The faults pass, so nothing but the result is right: a failure that is told honestly is wrong too.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Literal

from bench.stage.cluster import BEGUN, DONE, Jobs
from bot.blocks.names import CODE_CARD, ENDED_RUN, FAILED_CARD, LIVE_RUN, LIVE_TURN

End = Literal["ends", "stopped"]
STATES = {"ends": "succeeded", "stopped": "stopped"}
OUTPUTS = {"ends": BEGUN + DONE, "stopped": BEGUN}


@dataclass(frozen=True)
class Shown:
    """What stands in the channel: each bot's message with the blocks' ids that tell what it is, and its files."""

    roots: int
    cards: tuple[str, ...]
    files: int
    words: str = ""
    """What the message with the result says."""


@dataclass(frozen=True)
class Kept:
    """The rows: states, and whether they were delivered."""

    turns: tuple[tuple[str, bool], ...]
    runs: tuple[tuple[str, bool], ...]
    run_ids: tuple[str, ...] = ()
    outputs: tuple[str, ...] = ()


@dataclass(frozen=True)
class Ending:
    """What a conversation has left. `generations` is how often code was asked for, as far as the supervisor knows."""

    shown: Shown
    kept: Kept
    jobs: Jobs
    generations: int
    refused: tuple[str, ...] = field(default=())
    """What the person was told instead of an acknowledgement, or heard in vain."""


def is_doubled(ending: Ending) -> bool:
    """Whether there is a message or a run's job too many."""
    cards = ending.shown.cards
    return ending.shown.roots > 1 or len(ending.jobs.runs) > 1 or len(cards) > len(set(cards))


def wrongs(ending: Ending, end: End) -> tuple[str, ...]:
    """What is wrong with it, none if it is right."""
    return (*ending.refused, *_in_slack(ending.shown, end), *_in_the_store(ending.kept, end), *_on_the_cluster(ending))


def _in_slack(shown: Shown, end: End) -> Iterator[str]:
    expected = {CODE_CARD: 1, ENDED_RUN: 1, FAILED_CARD: 0, LIVE_TURN: 0, LIVE_RUN: 0}
    if shown.roots != 1:
        yield f"{shown.roots} messages open the thread"
    for card, count in expected.items():
        if shown.cards.count(card) != count:
            yield f"{shown.cards.count(card)} messages are a {card}"
    if shown.files != 1:
        yield f"{shown.files} files are in the thread"
    if (DONE.strip() in shown.words) != (end == "ends") or BEGUN.strip() not in shown.words:
        yield "the result does not show what the program printed"


def _in_the_store(kept: Kept, end: End) -> Iterator[str]:
    if kept.turns != (("answered", True),):
        yield f"the turns are {kept.turns}"
    if kept.runs != ((STATES[end], True),):
        yield f"the runs are {kept.runs}"
    if kept.outputs != (OUTPUTS[end],):
        yield f"the outputs are {kept.outputs}"


def _on_the_cluster(ending: Ending) -> Iterator[str]:
    jobs = ending.jobs
    if jobs.runs != tuple(f"raygen-{run_id}" for run_id in ending.kept.run_ids) or len(jobs.runs) != 1:
        yield f"the runs' jobs are {jobs.runs}"
    if not 1 <= len(jobs.validations) <= ending.generations:
        yield f"{len(jobs.validations)} jobs validate, and code was asked for {ending.generations} times"
    if jobs.going_on:
        yield f"{jobs.going_on} go on"
