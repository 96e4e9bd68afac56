"""Which of the runs that wait may begin, and in which order: pure.

Fair means: whoever has the fewest runs under way and before this one in the queue comes first, then whoever has waited
longest. Somebody who asks for a hundred runs at once does not keep the others waiting for all of them.
"""

from collections import Counter
from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

Bound = Literal["user", "channel", "cluster"]


@dataclass(frozen=True)
class Caps:
    """How many runs may be under way at a time; 0 means as many as come. `waiting` bounds the queue itself."""

    user: int = 0
    channel: int = 0
    cluster: int = 0
    waiting: int = 0


@dataclass(frozen=True)
class Entry:
    """A run; `user` and `channel` are None where nobody's share counts. `since` is when it was asked for.

    Slack's ids of people and channels are unique in a workspace alone, so each goes with its workspace's.
    """

    run_id: str
    user: Hashable | None
    channel: Hashable | None
    cluster: str
    since: float


@dataclass(frozen=True)
class Position:
    """Where a run stands: the `number`th of those that wait for its cluster, because of `bound`, of which `most` is."""

    number: int
    bound: Bound | None
    most: int


def in_order(active: Iterable[Entry], waiting: Iterable[Entry]) -> list[Entry]:
    """Those that wait, in the order in which they come."""
    turns = Counter(_who(entry) for entry in active)
    ranked: list[tuple[int, float, str, Entry]] = []
    for entry in sorted(waiting, key=lambda entry: (entry.since, entry.run_id)):
        ranked.append((turns[_who(entry)], entry.since, entry.run_id, entry))
        turns[_who(entry)] += 1
    return [entry for *_, entry in sorted(ranked, key=lambda rank: rank[:3])]


def admitted(active: Sequence[Entry], waiting: Sequence[Entry], caps: Caps) -> list[str]:
    """The runs that may begin now."""
    room = Room(active, caps)
    return [entry.run_id for entry in in_order(active, waiting) if room.take(entry)]


def position(run_id: str, active: Sequence[Entry], waiting: Sequence[Entry], caps: Caps) -> Position | None:
    """Where the run stands; None when it does not wait."""
    mine = next((entry for entry in waiting if entry.run_id == run_id), None)
    if mine is None:
        return None
    queue = [entry.run_id for entry in in_order(active, waiting) if entry.cluster == mine.cluster]
    bound = Room(active, caps).bound(mine)
    return Position(queue.index(run_id) + 1, bound, getattr(caps, bound) if bound else 0)


class Room:
    """How much of the caps is taken."""

    def __init__(self, active: Iterable[Entry], caps: Caps) -> None:
        self._caps = caps
        self._taken: Counter[tuple[Bound, Hashable]] = Counter()
        for entry in active:
            self._taken.update(_shares(entry))

    def bound(self, entry: Entry) -> Bound | None:
        """The cap that keeps the run from beginning; None when there is room."""
        for share in _shares(entry):
            most = getattr(self._caps, share[0])
            if most and self._taken[share] >= most:
                return share[0]
        return None

    def take(self, entry: Entry) -> bool:
        """Take the room that the run needs; False when there is none."""
        if self.bound(entry) is not None:
            return False
        self._taken.update(_shares(entry))
        return True


def _who(entry: Entry) -> Hashable:
    return f"run {entry.run_id}" if entry.user is None else entry.user


def _shares(entry: Entry) -> list[tuple[Bound, Hashable]]:
    shares: list[tuple[Bound, Hashable | None]] = [
        ("user", entry.user),
        ("channel", entry.channel),
        ("cluster", entry.cluster),
    ]
    return [(bound, name) for bound, name in shares if name is not None]
