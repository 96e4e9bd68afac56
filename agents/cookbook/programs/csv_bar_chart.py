"""Read a CSV file with Ray Data, add up a column by group, and draw the totals as a bar chart.

The file has to be where every node of the cluster can read it.
"""

import os
import pathlib

import matplotlib
import ray
from ray.data.aggregate import Sum

PATH = "data.csv"  # the file
COLUMN = "value"  # the column that is added up
GROUP_BY = "group"  # a bar for each of its values


ray.init()
ray.data.DataContext.get_current().enable_progress_bars = False

summed = ray.data.read_csv(PATH).groupby(GROUP_BY).aggregate(Sum(COLUMN, alias_name="total")).take_all()
totals = dict(sorted(((str(row[GROUP_BY]), row["total"]) for row in summed), key=lambda pair: -pair[1]))

matplotlib.use("Agg")
from matplotlib import pyplot as plt  # noqa: E402 - after the choice of the backend

path = pathlib.Path(os.environ.get("RAYGEN_OUT", ".")) / "bar_chart.png"
figure, axes = plt.subplots(figsize=(8, 5), layout="constrained")
axes.bar(list(totals), list(totals.values()))
axes.set(title=f"{COLUMN} by {GROUP_BY}", ylabel=COLUMN)
figure.savefig(path, dpi=120)

print(f"{COLUMN} by {GROUP_BY} in {PATH}:")
for name, total in totals.items():
    print(f"{name:<20} {total:>14,}")
print(f"saved as {path.name}")
