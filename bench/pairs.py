"""Two or more things measured in turn, in one run: what disturbs the machine disturbs all of them alike."""

import gc
import time
from collections.abc import Callable, Mapping
from statistics import median

Side = Callable[[], float]
"""Does its work once and says how many seconds that took."""


def in_turn(sides: Mapping[str, Side], rounds: int) -> dict[str, list[float]]:
    """The seconds of each side, `rounds` times A B A B …"""
    times: dict[str, list[float]] = {name: [] for name in sides}
    for _ in range(rounds):
        for name, side in sides.items():
            times[name].append(side())
    return times


def cpu_seconds(work: Callable[[], object]) -> float:
    """The processor time of this process for `work`, which does not count what others do on the machine."""
    gc.collect()
    started = time.process_time()
    work()
    return time.process_time() - started


def ratio(times: Mapping[str, list[float]], side: str, to: str) -> float:
    """The medians' ratio."""
    return median(times[side]) / median(times[to])
