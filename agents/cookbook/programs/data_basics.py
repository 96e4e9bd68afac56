"""The basics of Ray Data: make a dataset, transform it in batches, filter it, aggregate it."""

import numpy as np
import ray
from ray.data.aggregate import Count, Mean, Sum
from ray.data.expressions import col

NUM_ROWS = 10_000  # rows of the dataset
BATCH_SIZE = 1_000  # rows that one call of map_batches gets


def add_columns(batch: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
    """A batch is a dictionary of columns, each a numpy array."""
    return {**batch, "square": batch["id"] ** 2}


ray.init()
ray.data.DataContext.get_current().enable_progress_bars = False

dataset = ray.data.range(NUM_ROWS).map_batches(add_columns, batch_size=BATCH_SIZE)
even = dataset.filter(expr=col("id") % 2 == 0).materialize()
totals = even.aggregate(Count(), Sum("square"), Mean("square"))

print(f"columns: {', '.join(even.schema().names)}")
print(f"rows: {NUM_ROWS:,}, of them with an even id: {totals['count()']:,}")
print(f"sum of their squares: {totals['sum(square)']:,}")
print(f"mean of their squares: {totals['mean(square)']:,.2f}")
print(f"first of them: {even.take(3)}")
