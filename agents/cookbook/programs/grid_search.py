"""Grid search: one task for each combination of parameters, and a table of the best."""

import itertools

import numpy as np
import ray

LEARNING_RATES = [0.001, 0.01, 0.1, 0.5]  # tried with every penalty
PENALTIES = [0.0, 0.01, 0.1, 1.0]  # weights of the regularisation
TOP = 5  # how many combinations to show
SEED = 7  # the same seed, the same data


@ray.remote
def evaluate(rate: float, penalty: float, data: tuple[np.ndarray, ...]) -> float:
    """The validation error of a ridge regression that was fitted by 200 steps of gradient descent."""
    x, y, x_test, y_test = data
    weights = np.zeros(x.shape[1])
    for _ in range(200):
        gradient = x.T @ (x @ weights - y) / len(y) + penalty * weights
        weights -= rate * gradient
    return float(np.mean((x_test @ weights - y_test) ** 2))


ray.init()

rng = np.random.default_rng(SEED)
x, truth = rng.normal(size=(200, 10)), rng.normal(size=10)
y = x @ truth + rng.normal(scale=0.5, size=200)
data = ray.put((x[:150], y[:150], x[150:], y[150:]))

grid = list(itertools.product(LEARNING_RATES, PENALTIES))
errors = ray.get([evaluate.remote(rate, penalty, data) for rate, penalty in grid])
ranked = sorted(zip(errors, grid))

print(f"{'learning rate':>13} {'penalty':>9} {'error':>10}")
for error, (rate, penalty) in ranked[:TOP]:
    print(f"{rate:>13g} {penalty:>9g} {error:>10.4f}")
error, (rate, penalty) = ranked[0]
print(f"best of {len(grid)} combinations: learning rate {rate:g}, penalty {penalty:g}, validation error {error:.4f}")
