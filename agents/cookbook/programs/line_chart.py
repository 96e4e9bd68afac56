"""Simulate prices in parallel, one series for each task, and plot them as lines over time."""

import os
import pathlib

import matplotlib
import numpy as np
import ray

NUM_SERIES = 5  # lines
NUM_DAYS = 250  # days that each of them covers
SEED = 1  # the same seed, the same lines


@ray.remote
def simulate(seed: int) -> np.ndarray:
    """A geometric Brownian motion: it starts at 100, with 5 % of drift and 20 % of volatility a year of 250 days."""
    steps = np.random.default_rng(seed).normal((0.05 - 0.5 * 0.2**2) / 250, 0.2 / 250**0.5, size=NUM_DAYS)
    return 100 * np.exp(np.concatenate([[0.0], steps.cumsum()]))


ray.init()

series = ray.get([simulate.remote(SEED + number) for number in range(NUM_SERIES)])

matplotlib.use("Agg")
from matplotlib import pyplot as plt  # noqa: E402 - after the choice of the backend

path = pathlib.Path(os.environ.get("RAYGEN_OUT", ".")) / "line_chart.png"
figure, axes = plt.subplots(figsize=(9, 5), layout="constrained")
for number, values in enumerate(series, start=1):
    axes.plot(values, label=f"series {number}")
axes.set(title=f"{NUM_SERIES} simulated prices over {NUM_DAYS} days", xlabel="day", ylabel="price")
axes.legend(ncols=2)
figure.savefig(path, dpi=120)

for number, values in enumerate(series, start=1):
    print(f"series {number}: from {values[0]:.2f} to {values[-1]:.2f}, lowest {values.min():.2f}")
print(f"saved as {path.name}")
