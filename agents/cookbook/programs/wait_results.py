"""Handle results as they come: ray.wait returns the tasks that are ready, while the others still run."""

import random
import time

import ray

NUM_TASKS = 8  # tasks of different length
SEED = 7  # the same seed, the same lengths


@ray.remote
def work(number: int, seconds: float) -> tuple[int, float]:
    time.sleep(seconds)
    return number, seconds


ray.init()

lengths = random.Random(SEED)
pending = [work.remote(number, round(lengths.uniform(0.1, 0.6), 2)) for number in range(1, NUM_TASKS + 1)]
finished = 0

while pending:
    ready, pending = ray.wait(pending, num_returns=1)
    number, seconds = ray.get(ready[0])
    finished += 1
    print(f"{finished:>3}. task {number} finished, it took {seconds:.2f} s; {len(pending)} still running or waiting")

print(f"all {NUM_TASKS} tasks finished")
