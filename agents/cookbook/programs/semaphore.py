"""Limit concurrency: a semaphore actor lets only so many tasks into the critical part at the same time."""

import asyncio
import time

import ray

NUM_TASKS = 12  # tasks altogether
LIMIT = 3  # tasks that may work at the same time


@ray.remote(num_cpus=0)
class Semaphore:
    """An async actor: a call that waits does not block the others."""

    def __init__(self, limit: int) -> None:
        self.slots = asyncio.Semaphore(limit)
        self.inside = 0
        self.most = 0

    async def acquire(self) -> None:
        await self.slots.acquire()
        self.inside += 1
        self.most = max(self.most, self.inside)

    async def release(self) -> None:
        self.inside -= 1
        self.slots.release()

    async def most_at_once(self) -> int:
        return self.most


@ray.remote(num_cpus=0.1)
def work(number: int, semaphore: ray.actor.ActorHandle) -> int:
    ray.get(semaphore.acquire.remote())
    try:
        time.sleep(0.1)  # the part that must not be crowded, such as calls of a service
        return number
    finally:
        ray.get(semaphore.release.remote())


ray.init()

semaphore = Semaphore.options(max_concurrency=1000).remote(LIMIT)
results = ray.get([work.remote(number, semaphore) for number in range(NUM_TASKS)])
most = ray.get(semaphore.most_at_once.remote())

print(f"{len(results)} tasks done with a limit of {LIMIT} at a time")
print(f"most at work at the same time: {most}, within the limit: {most <= LIMIT}")
