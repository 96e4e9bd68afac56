"""A fixed pool of actors shares the work: whichever actor is free takes the next item."""

from collections import Counter

import ray
from ray.util import ActorPool

NUM_ACTORS = 4  # actors in the pool
NUM_ITEMS = 20  # items to work on


@ray.remote
class Worker:
    def __init__(self, number: int) -> None:
        self.number = number

    def process(self, item: int) -> tuple[int, int, int]:
        """The item, what became of it, and who did it."""
        return item, item**2 + 1, self.number


ray.init()

pool = ActorPool([Worker.remote(number) for number in range(1, NUM_ACTORS + 1)])
results = list(pool.map(lambda worker, item: worker.process.remote(item), range(NUM_ITEMS)))

shares = Counter(number for _, _, number in results)
print(f"{NUM_ITEMS} items processed by a pool of {NUM_ACTORS} actors")
print(f"first results: {', '.join(f'{item} -> {value}' for item, value, _ in results[:5])}")
print(f"sum of all results: {sum(value for _, value, _ in results):,}")
print(f"busiest actor: {max(shares.values())} items, least busy: {min(shares[n] for n in range(1, NUM_ACTORS + 1))}")
