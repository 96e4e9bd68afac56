"""Actors that keep a count: state that lives on the cluster between calls."""

import ray

NUM_COUNTERS = 1  # actors, each with a count of its own
INCREMENTS = 10  # calls of increment for each actor


@ray.remote
class Counter:
    def __init__(self) -> None:
        self.count = 0

    def increment(self) -> int:
        self.count += 1
        return self.count


ray.init()

counters = [Counter.remote() for _ in range(NUM_COUNTERS)]
for number, counter in enumerate(counters, start=1):
    counts = ray.get([counter.increment.remote() for _ in range(INCREMENTS)])
    print(f"counter {number}: after {INCREMENTS} increments the count is {counts[-1]}")
