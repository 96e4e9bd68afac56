"""Count prime numbers: the range is split into chunks, one task sieves each of them."""

import math

import numpy as np
import ray

START = 0  # the first number that is looked at
END = 100_000  # the last number
LAST_ONE = "included"  # "included" or "excluded": whether END itself counts
NUM_TASKS = 8  # chunks, one task for each


@ray.remote
def count_primes(begin: int, end: int) -> int:
    """How many primes there are from `begin` to `end - 1`, by a segmented sieve."""
    begin = max(begin, 2)
    if end <= begin:
        return 0
    is_prime = np.ones(end - begin, dtype=bool)
    for factor in range(2, math.isqrt(end - 1) + 1):
        first = max(factor * factor, -(-begin // factor) * factor)
        is_prime[first - begin :: factor] = False
    return int(is_prime.sum())


ray.init()

stop = max(START, END + (LAST_ONE == "included"))
bounds = np.linspace(START, stop, NUM_TASKS + 1, dtype=np.int64).tolist()
counts = ray.get([count_primes.remote(begin, end) for begin, end in zip(bounds, bounds[1:])])

for (begin, end), count in zip(zip(bounds, bounds[1:]), counts):
    print(f"{begin:>13,} to {end - 1:>13,}: {count:>9,} primes")
print(f"{sum(counts):,} primes from {START:,} to {stop - 1:,}")
