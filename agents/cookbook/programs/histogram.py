"""Draw normal samples in parallel and plot their histogram; the tasks send counts, not samples, to the driver."""

import os
import pathlib

import matplotlib
import numpy as np
import ray

NUM_SAMPLES = 100_000  # samples altogether
NUM_BINS = 40  # bars of the histogram
NUM_TASKS = 4  # tasks that draw them
SEED = 7  # the same seed, the same samples


@ray.remote
def count_bins(seed: int, samples: int, edges: np.ndarray) -> np.ndarray:
    drawn = np.random.default_rng(seed).normal(size=samples)
    return np.histogram(drawn, bins=edges)[0]


ray.init()

edges = np.linspace(-4.0, 4.0, NUM_BINS + 1)
shares = [NUM_SAMPLES // NUM_TASKS + (task < NUM_SAMPLES % NUM_TASKS) for task in range(NUM_TASKS)]
counts = sum(ray.get([count_bins.remote(SEED + task, share, edges) for task, share in enumerate(shares)]))

matplotlib.use("Agg")
from matplotlib import pyplot as plt  # noqa: E402 - after the choice of the backend

path = pathlib.Path(os.environ.get("RAYGEN_OUT", ".")) / "histogram.png"
figure, axes = plt.subplots(figsize=(8, 5), layout="constrained")
axes.stairs(counts, edges, fill=True)
axes.set(title=f"{NUM_SAMPLES:,} samples of the standard normal distribution", xlabel="value", ylabel="samples")
figure.savefig(path, dpi=120)

peak = int(np.argmax(counts))
print(f"{NUM_SAMPLES:,} samples in {NUM_BINS} bins, {int(NUM_SAMPLES - counts.sum())} beyond -4 and 4")
print(f"fullest bin: {edges[peak]:.2f} to {edges[peak + 1]:.2f} with {int(counts[peak]):,} samples")
print(f"saved as {path.name}")
