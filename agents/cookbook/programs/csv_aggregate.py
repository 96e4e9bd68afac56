"""Read a CSV file with Ray Data and aggregate one of its columns, all over or by group.

The file has to be where every node of the cluster can read it.
"""

import ray
from ray.data.aggregate import Count, Max, Mean, Min, Sum

PATH = "data.csv"  # the file
COLUMN = "value"  # the column that is aggregated
FUNCTION = "mean"  # "mean", "sum", "min", "max" or "count"
GROUP_BY = None  # a column to group by, or None

AGGREGATIONS = {"mean": Mean, "sum": Sum, "min": Min, "max": Max, "count": Count}


ray.init()
ray.data.DataContext.get_current().enable_progress_bars = False

dataset = ray.data.read_csv(PATH)
aggregation = AGGREGATIONS[FUNCTION](COLUMN, alias_name="result")

if GROUP_BY is None:
    print(f"{FUNCTION} of {COLUMN} in {PATH}, {dataset.count():,} rows: {dataset.aggregate(aggregation)['result']:,}")
else:
    print(f"{FUNCTION} of {COLUMN} by {GROUP_BY} in {PATH}:")
    for row in sorted(dataset.groupby(GROUP_BY).aggregate(aggregation).take_all(), key=lambda row: str(row[GROUP_BY])):
        print(f"{row[GROUP_BY]!s:<20} {row['result']:>16,}")
