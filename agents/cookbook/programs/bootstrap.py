"""A bootstrap confidence interval: tasks resample the data with replacement, the percentiles make the interval."""

import numpy as np
import ray

NUM_RESAMPLES = 10_000  # resamples altogether
CONFIDENCE = 95  # percent
STATISTIC = "mean"  # "mean" or "median"
NUM_TASKS = 4  # tasks that resample
SAMPLE_SIZE = 200  # values in the (generated) sample
SEED = 7  # the same seed, the same sample and resamples


@ray.remote
def resample(data: np.ndarray, count: int, seed: int) -> np.ndarray:
    rng = np.random.default_rng(seed)
    statistic = np.median if STATISTIC == "median" else np.mean
    return np.array([statistic(rng.choice(data, size=len(data))) for _ in range(count)])


ray.init()

data = np.random.default_rng(SEED).exponential(scale=10.0, size=SAMPLE_SIZE)
data_ref = ray.put(data)
shares = [NUM_RESAMPLES // NUM_TASKS + (task < NUM_RESAMPLES % NUM_TASKS) for task in range(NUM_TASKS)]
estimates = np.concatenate(ray.get([resample.remote(data_ref, n, SEED + i) for i, n in enumerate(shares, start=1)]))

tail = (100 - CONFIDENCE) / 2
low, high = np.percentile(estimates, [tail, 100 - tail])
observed = np.median(data) if STATISTIC == "median" else np.mean(data)
print(f"{STATISTIC} of {SAMPLE_SIZE} values: {observed:.3f}")
print(f"{CONFIDENCE} % confidence interval: {low:.3f} to {high:.3f}, from {NUM_RESAMPLES:,} resamples")
