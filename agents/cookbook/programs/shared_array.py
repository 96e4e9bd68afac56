"""Share an array through the object store: it is put there once, and every task reads it without a copy of its own."""

import numpy as np
import ray

NUM_ELEMENTS = 1_000_000  # elements of the array
NUM_TASKS = 4  # tasks that read it


@ray.remote
def sum_slice(array: np.ndarray, begin: int, end: int) -> int:
    """Ray hands over the array behind the reference; on the same node it is shared memory, read-only."""
    return int(array[begin:end].sum())


ray.init()

array = np.arange(NUM_ELEMENTS, dtype=np.int64)
array_ref = ray.put(array)
bounds = np.linspace(0, NUM_ELEMENTS, NUM_TASKS + 1, dtype=int).tolist()
sums = ray.get([sum_slice.remote(array_ref, begin, end) for begin, end in zip(bounds, bounds[1:])])

print(f"array of {NUM_ELEMENTS:,} elements, {array.nbytes / 1e6:,.1f} MB, stored once and read by {NUM_TASKS} tasks")
for (begin, end), total in zip(zip(bounds, bounds[1:]), sums):
    print(f"elements {begin:,} to {end - 1:,}: sum {total:,}")
print(f"total: {sum(sums):,}, the same as in the driver: {sum(sums) == int(array.sum())}")
