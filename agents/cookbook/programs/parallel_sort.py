"""Sort in parallel: each task sorts a chunk, the driver merges the sorted chunks."""

import heapq

import numpy as np
import ray

NUM_NUMBERS = 100_000  # random integers to sort
NUM_TASKS = 4  # chunks, one task for each
ORDER = "ascending"  # "ascending" or "descending"
SEED = 7  # the same seed, the same numbers


@ray.remote
def sort_chunk(chunk: np.ndarray) -> np.ndarray:
    return np.sort(chunk)


ray.init()

numbers = np.random.default_rng(SEED).integers(0, 1_000_000, NUM_NUMBERS)
chunks = ray.get([sort_chunk.remote(chunk) for chunk in np.array_split(numbers, NUM_TASKS)])
result = list(heapq.merge(*(chunk.tolist() for chunk in chunks)))
if ORDER == "descending":
    result.reverse()

print(f"sorted {len(result):,} integers in {NUM_TASKS} chunks, {ORDER}")
print(f"first: {result[:5]}")
print(f"last:  {result[-5:]}")
print(f"agrees with sorted(): {result == sorted(numbers.tolist(), reverse=ORDER == 'descending')}")
