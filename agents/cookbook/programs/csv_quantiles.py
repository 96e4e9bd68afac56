"""Read a CSV file with Ray Data and show how a column of numbers is distributed: quartiles, percentiles, spread.

The file has to be where every node of the cluster can read it.
"""

import numpy as np
import ray

PATH = "data.csv"  # the file
COLUMN = "value"  # the column
PERCENTILES = [10, 25, 50, 75, 90, 95, 99]  # the 50th is the median
PERCENTILE = 50  # one more of them


ray.init()
ray.data.DataContext.get_current().enable_progress_bars = False

values = ray.data.read_csv(PATH).select_columns([COLUMN]).to_pandas()[COLUMN].dropna().to_numpy()

print(f"{COLUMN} in {PATH}, {len(values):,} values")
print(f"smallest {values.min():g}, largest {values.max():g}, mean {values.mean():.4f}")
print(f"median {np.median(values):g}, standard deviation {values.std(ddof=1):.4f}")
wanted = sorted({*PERCENTILES, PERCENTILE})
for percentile, value in zip(wanted, np.percentile(values, wanted)):
    print(f"percentile {percentile:g}: {value:.10g}")
print(f"interquartile range: {np.subtract(*np.percentile(values, [75, 25])):.10g}")
