"""Batch inference with Ray Data: a pool of actors, each of which loads the model once and then predicts batches."""

import numpy as np
import ray

NUM_ROWS = 1_000  # rows to score
BATCH_SIZE = 100  # rows in a batch
NUM_ACTORS = 2  # actors that hold the model
SEED = 7  # the same seed, the same model


class Predictor:
    """Stands for a real model: __init__ runs once in each actor, __call__ once for each batch."""

    def __init__(self) -> None:
        self.weights = np.random.default_rng(SEED).normal(size=2)

    def __call__(self, batch: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
        features = np.stack([np.sin(batch["id"]), np.cos(batch["id"])], axis=1)
        score = 1 / (1 + np.exp(-features @ self.weights))
        return {"id": batch["id"], "score": score, "label": score > 0.5}


ray.init()
ray.data.DataContext.get_current().enable_progress_bars = False

predictions = (
    ray.data.range(NUM_ROWS)
    .map_batches(Predictor, batch_size=BATCH_SIZE, compute=ray.data.ActorPoolStrategy(size=NUM_ACTORS), num_cpus=0.25)
    .to_pandas()
    .sort_values("id")
)

print(f"scored {len(predictions):,} rows in batches of {BATCH_SIZE} with {NUM_ACTORS} actors")
print(f"positive: {int(predictions['label'].sum()):,}, mean score {predictions['score'].mean():.4f}")
print(predictions.head(3).round(4).to_string(index=False))
