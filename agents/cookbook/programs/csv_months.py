"""Read a CSV file with dates and add up a column by month, year or weekday: Ray Data parses the dates in batches.

The file has to be where every node of the cluster can read it.
"""

import pandas as pd
import ray
from ray.data.aggregate import Sum

PATH = "data.csv"  # the file
DATE_COLUMN = "date"  # the column with the dates, such as 2026-03-31
COLUMN = "value"  # the column that is added up
PERIOD = "month"  # "month", "year" or "weekday"

FORMATS = {"month": "%Y-%m", "year": "%Y", "weekday": "%u %A"}


def with_period(batch: pd.DataFrame) -> pd.DataFrame:
    dates = pd.to_datetime(batch[DATE_COLUMN])
    return pd.DataFrame({"period": dates.dt.strftime(FORMATS[PERIOD]), "value": batch[COLUMN]})


ray.init()
ray.data.DataContext.get_current().enable_progress_bars = False

dataset = ray.data.read_csv(PATH).map_batches(with_period, batch_format="pandas")
totals = dataset.groupby("period").aggregate(Sum("value", alias_name="total")).take_all()

print(f"{COLUMN} in {PATH} by {PERIOD} of {DATE_COLUMN}:")
for row in sorted(totals, key=lambda row: row["period"]):
    print(f"{row['period'].split()[-1]:<10} {row['total']:>14,}")
