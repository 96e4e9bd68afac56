"""Trouble by plan: which fault meets which request of a conversation, on each of the three links.

A link is asked for several kinds of things, and the n-th request of every kind on it meets the link's fault: of Slack
each method and the upload, of AgentCore each action, of Ray's Jobs API each call. They are counted anew when the
conversation comes to its next part.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import product
from typing import Literal

from bench.stage.proxy import FAULTS, Asked, Fault

Link = Literal["slack", "agentcore", "ray"]
LINKS: tuple[Link, ...] = ("slack", "agentcore", "ray")
RAY = "ray of "
"""What the way to the Jobs API is called, before its lane's name."""
_ACTION = re.compile(rb'"action": ?"([a-z]+)"')
_JOB = re.compile(r"/api/jobs/[^/]+(/stop)?")


@dataclass(frozen=True)
class Triple:
    """A fault for each link, or none."""

    slack: Fault | None = None
    agentcore: Fault | None = None
    ray: Fault | None = None

    def on(self, link: Link) -> Fault | None:
        """The fault of a link."""
        faults: dict[Link, Fault | None] = {"slack": self.slack, "agentcore": self.agentcore, "ray": self.ray}
        return faults[link]

    @property
    def troubled(self) -> tuple[Link, ...]:
        """The links that have a fault."""
        return tuple(link for link in LINKS if self.on(link) is not None)

    def __str__(self) -> str:
        return " + ".join(f"{link} {self.on(link)}" for link in self.troubled) or "no trouble"


def every_triple() -> Iterator[Triple]:
    """All combinations but the one without trouble: 728."""
    choices = (None, *FAULTS)
    return (Triple(*faults) for faults in product(choices, repeat=3) if any(faults))


def singles() -> Iterator[Triple]:
    """Each fault on each link, alone: 24."""
    return (triple for triple in every_triple() if len(triple.troubled) == 1)


def pairwise() -> Iterator[Triple]:
    """Triples in which each two links meet every pair of faults (a Latin square, of the least possible size): 80."""
    choices = (None, *FAULTS)
    square = ((one, two) for one in range(len(choices)) for two in range(len(choices)))
    triples = (Triple(choices[a], choices[b], choices[(a + b) % len(choices)]) for a, b in square)
    return (triple for triple in triples if triple.troubled)


@dataclass
class Part:
    """A part of a conversation: what is still to be met, and what was."""

    triple: Triple = field(default_factory=Triple)
    nth: int = 1
    asked: Counter[tuple[Link, str]] = field(default_factory=Counter)
    met: list[tuple[Link, str]] = field(default_factory=list)

    def fault(self, link: Link, kind: str) -> Fault | None:
        """What meets this request; it is counted."""
        self.asked[link, kind] += 1
        fault = self.triple.on(link) if self.asked[link, kind] == self.nth else None
        if fault is not None:
            self.met.append((link, kind))
        return fault


@dataclass
class Lane:
    """One conversation after the other, in a channel and on a cluster's address of its own.

    `hears` is told of the kind of each request of AgentCore before it meets its fault.
    """

    name: str
    channel: str = ""
    person: str = ""
    part: Part = field(default_factory=Part)
    hears: Callable[[str], None] = lambda _kind: None

    @property
    def marks(self) -> tuple[str, ...]:
        """What only requests of this lane hold: Slack's ids, and the name in files' names and contents."""
        return tuple(filter(None, (self.channel, self.person, self.name)))


@dataclass
class Planned:
    """The Trouble of every way: finds the lane of a request, and asks its part."""

    lanes: tuple[Lane, ...]
    unknown: Counter[str] = field(default_factory=Counter)
    """Requests that no lane has asked for, such as those of the bot's start; they meet no fault."""

    async def coming(self, asked: Asked) -> Fault | None:
        """A request is on its way."""
        link, kind = link_of(asked), kind_of(asked)
        lane = self._lane(asked)
        if lane is None:
            self.unknown[kind] += 1
            return None
        if link == "agentcore":
            lane.hears(kind)
        return lane.part.fault(link, kind)

    async def answered(self, asked: Asked) -> None:
        """Nothing."""

    def _lane(self, asked: Asked) -> Lane | None:
        if asked.replica.startswith(RAY):
            return next(lane for lane in self.lanes if asked.replica == RAY + lane.name)
        found = _any_of(tuple(mark for lane in self.lanes for mark in lane.marks)).search(asked.content)
        mark = found[0].decode() if found else None
        return next((lane for lane in self.lanes if mark in lane.marks), None)


@lru_cache(maxsize=1)
def _any_of(marks: tuple[str, ...]) -> re.Pattern[bytes]:
    words = b"|".join(re.escape(mark.encode()) for mark in marks)
    return re.compile(rb"(?<![A-Za-z0-9])(?:%b)(?![A-Za-z0-9])" % words)


def link_of(asked: Asked) -> Link:
    """The link that the request takes."""
    if asked.replica.startswith(RAY):
        return "ray"
    return "agentcore" if asked.path.startswith("/runtimes/") else "slack"


def kind_of(asked: Asked) -> str:
    """What is asked for: Slack's method or `upload`, the action, or the call of the Jobs API."""
    match link_of(asked):
        case "slack":
            return "upload" if asked.path.startswith("/upload/") else asked.path.rpartition("/")[2]
        case "agentcore":
            found = _ACTION.search(asked.content)
            return found[1].decode() if found else "unknown"
        case "ray":
            return _call_of_ray(asked)


def _call_of_ray(asked: Asked) -> str:
    if asked.path == "/api/jobs/":
        return "submit"
    if job := _JOB.fullmatch(asked.path):
        return "stop" if job[1] else "status"
    if asked.path.startswith("/api/v0/logs/"):
        return "logs"
    return "package" if asked.path.startswith("/api/packages/") else "state"
