"""Trouble on purpose: what a network and a busy service do to a bot now and then.

server.faults.rate_limit("chat.update", retry_after=2)
server.faults.fail("chat.postMessage", times=2)                 # HTTP 500, nothing happened
server.faults.drop("chat.postMessage", after_effect=True)       # it was posted, the answer is lost
server.faults.answer("views.open", "internal_error")
server.faults.delay("chat.update", seconds=1.5)
server.faults.duplicate_events(1)
"""

from collections import defaultdict, deque
from dataclasses import dataclass
from typing import Literal

FaultKind = Literal["rate_limit", "http_500", "drop", "answer", "delay"]


@dataclass(frozen=True)
class Fault:
    """One thing that will go wrong once; `after_effect` lets the call do its work first."""

    kind: FaultKind
    retry_after: int = 1
    seconds: float = 0.0
    error: str = ""
    after_effect: bool = False


class Faults:
    """The faults still to come, by method; `*` stands for every method."""

    def __init__(self) -> None:
        self._planned: defaultdict[str, deque[Fault]] = defaultdict(deque)
        self._duplicates = 0

    def rate_limit(self, method: str, times: int = 1, retry_after: int = 1) -> None:
        """The next calls answer 429 with Retry-After."""
        self._plan(method, times, Fault("rate_limit", retry_after=retry_after))

    def fail(self, method: str, times: int = 1, *, after_effect: bool = False) -> None:
        """The next calls answer HTTP 500."""
        self._plan(method, times, Fault("http_500", after_effect=after_effect))

    def drop(self, method: str, times: int = 1, *, after_effect: bool = False) -> None:
        """The next calls lose their connection without an answer."""
        self._plan(method, times, Fault("drop", after_effect=after_effect))

    def answer(self, method: str, error: str, times: int = 1, *, after_effect: bool = False) -> None:
        """The next calls answer `error` with HTTP 200."""
        self._plan(method, times, Fault("answer", error=error, after_effect=after_effect))

    def delay(self, method: str, seconds: float, times: int = 1) -> None:
        """The next calls take `seconds` of the clock before they do anything."""
        self._plan(method, times, Fault("delay", seconds=seconds))

    def duplicate_events(self, times: int = 1) -> None:
        """The next events are delivered twice, with one event_id."""
        self._duplicates += times

    @property
    def planned(self) -> list[tuple[str, Fault]]:
        """What is still to come, by method."""
        return [(method, fault) for method, faults in self._planned.items() for fault in faults]

    @property
    def duplicates(self) -> int:
        """How many events are still to be delivered twice."""
        return self._duplicates

    def clear(self) -> None:
        """Plan nothing any more."""
        self._planned.clear()
        self._duplicates = 0

    def take(self, method: str) -> Fault | None:
        """The fault of this call, used up."""
        for key in (method, "*"):
            if self._planned[key]:
                return self._planned[key].popleft()
        return None

    def take_duplicate(self) -> bool:
        """Whether this event is delivered twice; used up."""
        if self._duplicates == 0:
            return False
        self._duplicates -= 1
        return True

    def _plan(self, method: str, times: int, fault: Fault) -> None:
        self._planned[method].extend([fault] * times)
