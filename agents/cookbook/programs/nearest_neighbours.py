"""The k nearest neighbours of a point: each task searches its share of the points, the driver merges the best."""

import numpy as np
import ray

NUM_POINTS = 100_000  # random points to search
NUM_NEIGHBOURS = 5  # how many neighbours to find
NUM_TASKS = 4  # tasks that share the search
SEED = 7  # the same seed, the same points

DIMENSIONS = 8  # coordinates of each point


@ray.remote
def search(points: np.ndarray, query: np.ndarray, begin: int, end: int) -> list[tuple[float, int]]:
    distances = np.linalg.norm(points[begin:end] - query, axis=1)
    nearest = np.argsort(distances)[:NUM_NEIGHBOURS]
    return [(float(distances[at]), begin + int(at)) for at in nearest]


ray.init()

rng = np.random.default_rng(SEED)
points, query = rng.normal(size=(NUM_POINTS, DIMENSIONS)), rng.normal(size=DIMENSIONS)
points_ref = ray.put(points)  # stored once, read by every task without a copy
bounds = np.linspace(0, NUM_POINTS, NUM_TASKS + 1, dtype=int).tolist()
parts = ray.get([search.remote(points_ref, query, begin, end) for begin, end in zip(bounds, bounds[1:])])
found = sorted(sum(parts, start=[]))[:NUM_NEIGHBOURS]

exact = np.argsort(np.linalg.norm(points - query, axis=1))[:NUM_NEIGHBOURS].tolist()
print(f"the {len(found)} nearest of {NUM_POINTS:,} points, searched by {NUM_TASKS} tasks:")
for distance, number in found:
    print(f"point {number}: distance {distance:.4f}")
print(f"agrees with a search in the driver: {[number for _, number in found] == exact}")
