"""An async actor: its methods are coroutines, so that one actor serves many calls that wait at the same time."""

import asyncio
import time

import ray

NUM_CALLS = 20  # calls of the actor
MAX_CONCURRENCY = 100  # calls that it takes up at the same time


@ray.remote
class Service:
    def __init__(self) -> None:
        self.inside = 0
        self.most = 0

    async def call(self, number: int) -> int:
        self.inside += 1
        self.most = max(self.most, self.inside)
        await asyncio.sleep(0.2)  # stands for waiting for a database or another service
        self.inside -= 1
        return number * number

    async def most_at_once(self) -> int:
        return self.most


ray.init()

service = Service.options(max_concurrency=MAX_CONCURRENCY).remote()
ray.get(service.call.remote(0))  # the actor is up
started = time.monotonic()
results = ray.get([service.call.remote(number) for number in range(NUM_CALLS)])
seconds = time.monotonic() - started
most = ray.get(service.most_at_once.remote())

print(f"{len(results)} calls of 0.2 s each took {seconds:.2f} s, one after the other {0.2 * NUM_CALLS:.1f} s")
print(f"at the same time in the actor: {most}, allowed: {MAX_CONCURRENCY}")
print(f"sum of the results: {sum(results):,}")
