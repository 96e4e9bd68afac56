"""How long a model that turns calls away is asked again before another one is."""

import random
import time
from collections.abc import Callable
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Patience:
    """Growing pauses with jitter, at most `budget` seconds of them for one call. All seconds."""

    budget: float = 30.0
    first: float = 1.0
    longest: float = 8.0
    clock: Callable[[], float] = field(default=time.monotonic)
    chance: Callable[[], float] = field(default=random.random)

    def pause(self, repetition: int, waited: float) -> float | None:
        """Seconds before the next try; None when the budget does not hold them.

        Between half and all of the full pause: callers do not come back together, nor all at once.
        """
        pause = min(self.longest, self.first * 2**repetition) * (0.5 + self.chance() / 2)
        return pause if waited + pause <= self.budget else None
