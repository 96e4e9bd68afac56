"""Ray Tune in short: a Tuner runs trials with random parameters from a search space and names the best of them."""

import contextlib
import io
import os

import ray
from ray import tune

NUM_TRIALS = 4  # trials, each with parameters of its own
SEED = 7  # the same seed, the same parameters


def objective(config: dict[str, float]) -> dict[str, float]:
    """Stands for training a model: the error is smallest at a learning rate of 0.1 and a momentum of 0.9."""
    return {"error": (config["learning_rate"] - 0.1) ** 2 * 100 + (config["momentum"] - 0.9) ** 2}


ray.init()

tuner = tune.Tuner(
    objective,
    param_space={"learning_rate": tune.loguniform(0.001, 1.0), "momentum": tune.uniform(0.0, 1.0)},
    tune_config=tune.TuneConfig(
        metric="error",
        mode="min",
        num_samples=NUM_TRIALS,
        search_alg=tune.search.BasicVariantGenerator(random_state=SEED),
    ),
    run_config=tune.RunConfig(verbose=0, storage_path=os.path.abspath("tune")),
)
with contextlib.redirect_stdout(io.StringIO()):  # without Tune's own tables
    results = tuner.fit()

for trial in sorted(results, key=lambda trial: trial.metrics["error"]):
    parameters = ", ".join(f"{name} {value:.4f}" for name, value in trial.config.items())
    print(f"error {trial.metrics['error']:.5f}: {parameters}")
best = results.get_best_result()
print(f"best of {len(results)} trials: learning rate {best.config['learning_rate']:.4f}")
