"""Simulate random walks on a grid in parallel, and see how far from the start they end."""

import numpy as np
import ray

NUM_WALKS = 200  # walkers
NUM_STEPS = 1_000  # steps of each
NUM_TASKS = 4  # tasks that share the walkers
SEED = 7  # the same seed, the same walks


@ray.remote
def walk(seed: int, walks: int) -> np.ndarray:
    """The final distances of `walks` walkers, each step one to the north, east, south or west."""
    rng = np.random.default_rng(seed)
    steps = np.array([(0, 1), (1, 0), (0, -1), (-1, 0)])
    ends = [steps[rng.integers(0, 4, NUM_STEPS)].sum(axis=0) for _ in range(walks)]
    return np.hypot(*np.array(ends).T) if ends else np.empty(0)


ray.init()

shares = [len(share) for share in np.array_split(np.arange(NUM_WALKS), NUM_TASKS)]
distances = np.concatenate(ray.get([walk.remote(SEED + task, share) for task, share in enumerate(shares)]))

print(f"{NUM_WALKS:,} random walks of {NUM_STEPS:,} steps, in {NUM_TASKS} tasks")
print(f"mean final distance: {distances.mean():.2f} (theory: about {np.sqrt(np.pi * NUM_STEPS) / 2:.2f})")
print(f"nearest: {distances.min():.2f}, farthest: {distances.max():.2f}")
