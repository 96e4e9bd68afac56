"""K-means clustering: in each iteration tasks assign their share of the points, the driver moves the centroids."""

import numpy as np
import ray

NUM_POINTS = 10_000  # random points in the plane, around as many centres as there are clusters
NUM_CLUSTERS = 3  # clusters to find
MAX_ITERATIONS = 20  # stops earlier when the centroids stay where they are
NUM_TASKS = 4  # tasks that share the points
SEED = 7  # the same seed, the same points


@ray.remote
def assign(points: np.ndarray, centroids: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The sum and the number of the points that are nearest to each centroid."""
    nearest = np.linalg.norm(points[:, None] - centroids[None], axis=2).argmin(axis=1)
    sums = np.array([points[nearest == cluster].sum(axis=0) for cluster in range(len(centroids))])
    return sums, np.bincount(nearest, minlength=len(centroids))


def spread_out(points: np.ndarray, count: int) -> np.ndarray:
    """Starting centroids: always the point that is farthest from those already chosen."""
    chosen = [points[0]]
    distances = np.full(len(points), np.inf)
    while len(chosen) < count:
        distances = np.minimum(distances, np.linalg.norm(points - chosen[-1], axis=1))
        chosen.append(points[distances.argmax()])
    return np.array(chosen)


ray.init()

rng = np.random.default_rng(SEED)
centres = rng.uniform(-10, 10, size=(NUM_CLUSTERS, 2))
points = centres[rng.integers(0, NUM_CLUSTERS, NUM_POINTS)] + rng.normal(size=(NUM_POINTS, 2))
shares = [ray.put(share) for share in np.array_split(points, NUM_TASKS)]  # stored once, used in every iteration
centroids = spread_out(points, NUM_CLUSTERS)

for iteration in range(1, MAX_ITERATIONS + 1):
    parts = ray.get([assign.remote(share, centroids) for share in shares])
    sums, sizes = sum(part[0] for part in parts), sum(part[1] for part in parts)
    moved = np.where(sizes[:, None] > 0, sums / np.maximum(sizes, 1)[:, None], centroids)
    if np.allclose(moved, centroids, atol=1e-4):
        break
    centroids = moved

print(f"{NUM_POINTS:,} points in {NUM_CLUSTERS} clusters after {iteration} iterations")
for (x, y), size in sorted(zip(centroids.tolist(), sizes.tolist())):
    print(f"centroid ({x:>7.2f}, {y:>7.2f}): {size:>7,} points")
