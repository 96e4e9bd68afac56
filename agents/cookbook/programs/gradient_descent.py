"""Fit a linear regression by gradient descent: each task computes the gradient of its share, the driver averages."""

import numpy as np
import ray

NUM_STEPS = 100  # steps down the gradient
LEARNING_RATE = 0.1  # how far each step goes
NUM_WORKERS = 4  # tasks, each with a share of the data
NUM_ROWS = 10_000  # rows of (generated) data
SEED = 7  # the same seed, the same data

TRUE_WEIGHTS = np.array([2.0, -3.0, 0.5])  # what the fit should find; the last one is the intercept


@ray.remote
def gradient(features: np.ndarray, targets: np.ndarray, weights: np.ndarray) -> np.ndarray:
    return 2 * features.T @ (features @ weights - targets) / len(targets)


ray.init()

rng = np.random.default_rng(SEED)
features = np.column_stack([rng.normal(size=(NUM_ROWS, 2)), np.ones(NUM_ROWS)])
targets = features @ TRUE_WEIGHTS + rng.normal(scale=0.1, size=NUM_ROWS)
shares = [
    (ray.put(part), ray.put(wanted))  # stored once, used in every step
    for part, wanted in zip(np.array_split(features, NUM_WORKERS), np.array_split(targets, NUM_WORKERS))
]
weights = np.zeros(3)

for step in range(1, NUM_STEPS + 1):
    gradients = ray.get([gradient.remote(part, wanted, weights) for part, wanted in shares])
    weights = weights - LEARNING_RATE * np.mean(gradients, axis=0)
    if step in {1, NUM_STEPS // 2, NUM_STEPS}:
        print(f"step {step:>5}: mean squared error {np.mean((features @ weights - targets) ** 2):.6f}")

print(f"fitted weights: {', '.join(f'{weight:.3f}' for weight in weights)}")
print(f"true weights:   {', '.join(f'{weight:.3f}' for weight in TRUE_WEIGHTS)}")
