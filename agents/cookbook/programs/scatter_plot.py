"""Draw correlated pairs of numbers in parallel and plot them as points."""

import os
import pathlib

import matplotlib
import numpy as np
import ray

NUM_POINTS = 1_000  # points altogether
CORRELATION = 0.7  # of the two variables, from -1 to 1
NUM_TASKS = 4  # tasks that draw them
SEED = 7  # the same seed, the same points


@ray.remote
def draw(seed: int, points: int) -> np.ndarray:
    covariance = [[1.0, CORRELATION], [CORRELATION, 1.0]]
    return np.random.default_rng(seed).multivariate_normal([0.0, 0.0], covariance, size=points)


ray.init()

shares = [NUM_POINTS // NUM_TASKS + (task < NUM_POINTS % NUM_TASKS) for task in range(NUM_TASKS)]
points = np.concatenate(ray.get([draw.remote(SEED + task, share) for task, share in enumerate(shares)]))

matplotlib.use("Agg")
from matplotlib import pyplot as plt  # noqa: E402 - after the choice of the backend

path = pathlib.Path(os.environ.get("RAYGEN_OUT", ".")) / "scatter_plot.png"
figure, axes = plt.subplots(figsize=(6, 6), layout="constrained")
axes.scatter(points[:, 0], points[:, 1], s=8, alpha=0.6)
axes.set(title=f"{NUM_POINTS:,} points with a correlation of {CORRELATION:g}", xlabel="x", ylabel="y")
figure.savefig(path, dpi=120)

print(f"{len(points):,} points, drawn by {NUM_TASKS} tasks")
print(f"correlation: {CORRELATION:g} asked for, {np.corrcoef(points.T)[0, 1]:.3f} in the sample")
print(f"saved as {path.name}")
