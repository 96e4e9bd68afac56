"""Limit how many tasks are in flight: the driver starts the next one only when another has finished."""

import time

import ray

NUM_TASKS = 20  # tasks altogether
LIMIT = 4  # tasks that have been started and are not finished


@ray.remote
def work(number: int) -> int:
    time.sleep(0.05)
    return number**2


ray.init()

pending: list[ray.ObjectRef] = []
results: list[int] = []
most = 0

for number in range(NUM_TASKS):
    if len(pending) >= LIMIT:
        ready, pending = ray.wait(pending, num_returns=1)
        results += ray.get(ready)
    pending.append(work.remote(number))
    most = max(most, len(pending))
results += ray.get(pending)

print(f"{len(results)} tasks done, at most {most} in flight at a time (limit {LIMIT})")
print(f"sum of the results: {sum(results):,}")
