"""Group a generated table of sales with Ray Data, and aggregate each group."""

import numpy as np
import pandas as pd
import ray
from ray.data.aggregate import Count, Max, Mean, Min, Sum

NUM_ROWS = 5_000  # rows of the table
NUM_GROUPS = 4  # regions to group by
SEED = 7  # the same seed, the same table


ray.init()
ray.data.DataContext.get_current().enable_progress_bars = False

rng = np.random.default_rng(SEED)
table = pd.DataFrame(
    {
        "region": [f"region {number}" for number in rng.integers(1, NUM_GROUPS + 1, NUM_ROWS)],
        "amount": rng.integers(1, 1_000, NUM_ROWS),
    }
)
groups = ray.data.from_pandas(table).groupby("region")
summary = groups.aggregate(Count(), Sum("amount"), Mean("amount"), Min("amount"), Max("amount")).to_pandas()

summary.columns = ["region", "rows", "total", "mean", "least", "most"]
print(summary.sort_values("region").round(2).to_string(index=False))
print(f"{NUM_ROWS:,} rows in {len(summary)} groups, {summary['total'].sum():,} in total")
