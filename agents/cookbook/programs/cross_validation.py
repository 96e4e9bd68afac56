"""K-fold cross-validation: a task for each fold fits a ridge regression on the others and is judged on its own."""

import numpy as np
import ray

NUM_FOLDS = 5  # folds, each of them a task
NUM_ROWS = 1_000  # rows of (generated) data
PENALTY = 1.0  # how strongly large weights are punished
SEED = 7  # the same seed, the same data


@ray.remote
def validate(features: np.ndarray, targets: np.ndarray, folds: np.ndarray, fold: int) -> float:
    """The root of the mean squared error on the rows of `fold`, which the fit has not seen."""
    train, test = folds != fold, folds == fold
    normal = features[train].T @ features[train] + PENALTY * np.eye(features.shape[1])
    weights = np.linalg.solve(normal, features[train].T @ targets[train])
    return float(np.sqrt(np.mean((features[test] @ weights - targets[test]) ** 2)))


ray.init()

rng = np.random.default_rng(SEED)
features = rng.normal(size=(NUM_ROWS, 5))
targets = features @ np.arange(1.0, 6.0) + rng.normal(size=NUM_ROWS)
folds = rng.permutation(np.arange(NUM_ROWS) % NUM_FOLDS)
shared = [ray.put(array) for array in (features, targets, folds)]
errors = ray.get([validate.remote(*shared, fold) for fold in range(NUM_FOLDS)])

for fold, error in enumerate(errors, start=1):
    print(f"fold {fold}: {np.count_nonzero(folds == fold - 1):,} rows, error {error:.4f}")
print(f"mean error over {NUM_FOLDS} folds: {np.mean(errors):.4f}, standard deviation {np.std(errors):.4f}")
