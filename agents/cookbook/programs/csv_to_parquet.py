"""Convert a CSV file to Parquet with Ray Data, and read it back to compare.

The CSV file has to be where every node of the cluster can read it.
"""

import os
import pathlib

import ray

PATH = "data.csv"  # the file


ray.init()
ray.data.DataContext.get_current().enable_progress_bars = False

directory = pathlib.Path(os.environ.get("RAYGEN_OUT", ".")).resolve()
before = set(directory.glob("*.parquet"))
dataset = ray.data.read_csv(PATH).materialize()
dataset.write_parquet(str(directory), min_rows_per_file=1_000_000)

written = sorted(set(directory.glob("*.parquet")) - before)
again = ray.data.read_parquet([str(path) for path in written])
print(f"{PATH}: {dataset.count():,} rows, columns: {', '.join(dataset.columns())}")
print(f"written as {len(written)} Parquet file(s), {sum(path.stat().st_size for path in written):,} bytes")
print(f"read back: {again.count():,} rows, the same number: {again.count() == dataset.count()}")
