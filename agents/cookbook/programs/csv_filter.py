"""Read a CSV file with Ray Data and keep the rows whose column is above, below or equal to a number.

The file has to be where every node of the cluster can read it.
"""

import operator

import numpy as np
import ray

PATH = "data.csv"  # the file
COLUMN = "value"  # the column that is compared
COMPARISON = "above"  # "above", "at least", "below", "at most" or "equal to"
VALUE = 0  # what it is compared with
TOP = 5  # how many of the rows to show

COMPARISONS = {
    "above": operator.gt,
    "at least": operator.ge,
    "below": operator.lt,
    "at most": operator.le,
    "equal to": operator.eq,
}


def keep(batch: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
    mask = COMPARISONS[COMPARISON](batch[COLUMN], VALUE)
    return {name: values[mask] for name, values in batch.items()}


ray.init()
ray.data.DataContext.get_current().enable_progress_bars = False

dataset = ray.data.read_csv(PATH).materialize()
kept = dataset.map_batches(keep).materialize()

print(f"{kept.count():,} of {dataset.count():,} rows of {PATH} have a {COLUMN} {COMPARISON} {VALUE:,}")
for row in kept.take(TOP):
    print(", ".join(f"{name}: {value}" for name, value in row.items()))
