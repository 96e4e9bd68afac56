"""Read a CSV file with Ray Data and find the distinct values of a column, with how many rows have each.

The file has to be where every node of the cluster can read it.
"""

import ray

PATH = "data.csv"  # the file
COLUMN = "value"  # the column
TOP = 10  # how many of the values to show, the most frequent first


ray.init()
ray.data.DataContext.get_current().enable_progress_bars = False

counted = ray.data.read_csv(PATH).groupby(COLUMN).count().take_all()
counts = {row[COLUMN]: row["count()"] for row in counted}
rows = sum(counts.values())

print(f"{rows:,} rows of {PATH}, {len(counts):,} distinct values of {COLUMN}, {rows - len(counts):,} duplicates")
for value, count in sorted(counts.items(), key=lambda pair: (-pair[1], str(pair[0])))[:TOP]:
    print(f"{value}: {count:,}")
