"""Read a CSV file with Ray Data, sort it by a column, and show the rows at the top or at the bottom.

The file has to be where every node of the cluster can read it.
"""

import ray

PATH = "data.csv"  # the file
COLUMN = "value"  # the column that decides
TOP = 5  # how many rows
WHICH = "largest"  # "largest" or "smallest"


ray.init()
ray.data.DataContext.get_current().enable_progress_bars = False

rows = ray.data.read_csv(PATH).sort(COLUMN, descending=WHICH == "largest").take(TOP)

print(f"the {len(rows)} rows of {PATH} with the {WHICH} {COLUMN}:")
for place, row in enumerate(rows, start=1):
    print(f"{place}. " + ", ".join(f"{name}: {value}" for name, value in row.items()))
