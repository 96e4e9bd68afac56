"""Trying again, with growing pauses and jitter, within a budget."""

import random
from collections.abc import Callable
from dataclasses import dataclass, field
from threading import Event
from typing import TypeVar

Answer = TypeVar("Answer")
Failure = TypeVar("Failure", bound=Exception)


def _pause(seconds: float) -> None:
    Event().wait(seconds)


@dataclass(frozen=True)
class Backoff:
    """At most `attempts` tries; before the n-th repetition a pause of up to `first * 2**(n-1)`, at most `longest`.

    All seconds. Full jitter (https://aws.amazon.com/builders-library/timeouts-retries-and-backoff-with-jitter/), so
    that callers who were turned away together do not come back together.
    """

    attempts: int = 5
    first: float = 0.5
    longest: float = 8.0
    wait: Callable[[float], object] = _pause
    chance: Callable[[], float] = field(default=random.random)

    def call(
        self, work: Callable[[], Answer], *, errors: tuple[type[Failure], ...], retried: Callable[[Failure], bool]
    ) -> Answer:
        """What `work` returns; its exception, when it is not one to try again or the budget is used up."""
        for repetition in range(self.attempts - 1):
            try:
                return work()
            except errors as error:
                if not retried(error):
                    raise
            self.wait(self.chance() * min(self.longest, self.first * 2**repetition))
        return work()
