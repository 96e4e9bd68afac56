"""Estimate pi: the share of random points of the unit square that fall into the quarter circle, times four."""

import math

import numpy as np
import ray

NUM_TASKS = 4  # tasks that draw points at the same time
SAMPLES_PER_TASK = 1_000_000  # points that each task draws
SEED = 7  # the same seed, the same estimate


@ray.remote
def count_inside(seed: int, samples: int) -> int:
    """How many of `samples` points are at most 1 away from the origin, drawn 100,000 at a time."""
    rng = np.random.default_rng(seed)
    inside = 0
    while samples > 0:
        points = rng.random((min(samples, 100_000), 2))
        inside += int(np.count_nonzero((points**2).sum(axis=1) <= 1.0))
        samples -= len(points)
    return inside


ray.init()

counts = ray.get([count_inside.remote(SEED + task, SAMPLES_PER_TASK) for task in range(NUM_TASKS)])
total = NUM_TASKS * SAMPLES_PER_TASK
estimate = 4 * sum(counts) / total

print(f"pi is about {estimate:.5f}, from {total:,} points in {NUM_TASKS} tasks (error {abs(estimate - math.pi):.5f})")
