"""Join two CSV files on a column that both have: every batch of the first meets the whole of the second.

The files have to be where every node of the cluster can read them, and the second one has to fit into memory.
"""

import pandas as pd
import ray

LEFT = "left.csv"  # the first file
RIGHT = "right.csv"  # the second file, the smaller one
KEY = "id"  # the column that both have
TOP = 5  # how many of the joined rows to show


def join(batch: pd.DataFrame, right: ray.ObjectRef) -> pd.DataFrame:
    """An inner join: what has no partner in the other file is left out."""
    return batch.merge(ray.get(right), on=KEY, suffixes=("", "_right"))


ray.init()
ray.data.DataContext.get_current().enable_progress_bars = False

left = ray.data.read_csv(LEFT).materialize()
right = ray.data.read_csv(RIGHT).to_pandas()
right_ref = ray.put(right)  # stored once, read by every task
joined = left.map_batches(join, batch_format="pandas", fn_kwargs={"right": right_ref}).to_pandas()

print(f"{LEFT}: {left.count():,} rows, {RIGHT}: {len(right):,} rows")
print(f"joined on {KEY}: {len(joined):,} rows")
print(joined.sort_values(KEY).head(TOP).to_string(index=False))
