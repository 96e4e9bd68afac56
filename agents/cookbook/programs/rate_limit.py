"""A rate limiter: an actor with a token bucket lets only so many calls a second through, whoever makes them."""

import asyncio
import time

import ray

NUM_CALLS = 20  # calls altogether
PER_SECOND = 10  # calls that are let through in a second
NUM_WORKERS = 4  # tasks that make the calls


@ray.remote(num_cpus=0)
class RateLimiter:
    """An async actor: while one call waits for its turn, others can line up."""

    def __init__(self, per_second: float) -> None:
        self.interval = 1 / per_second
        self.next_turn = 0.0

    async def wait_for_turn(self) -> None:
        now = time.monotonic()
        self.next_turn = max(now, self.next_turn + self.interval)
        await asyncio.sleep(self.next_turn - now)


@ray.remote(num_cpus=0.25)
def worker(calls: int, limiter: ray.actor.ActorHandle) -> list[float]:
    """When each of its calls was made."""
    made = []
    for _ in range(calls):
        ray.get(limiter.wait_for_turn.remote())
        made.append(time.time())  # here the service would be called
    return made


ray.init()

limiter = RateLimiter.options(max_concurrency=1000).remote(PER_SECOND)
shares = [NUM_CALLS // NUM_WORKERS + (number < NUM_CALLS % NUM_WORKERS) for number in range(NUM_WORKERS)]
made = sorted(sum(ray.get([worker.remote(share, limiter) for share in shares]), start=[]))
seconds = made[-1] - made[0]

print(f"{len(made)} calls by {NUM_WORKERS} workers, at most {PER_SECOND:g} per second")
print(f"they took {seconds:.2f} s; at that rate they need at least {(NUM_CALLS - 1) / PER_SECOND:.2f} s")
print(f"within the limit: {seconds >= 0.9 * (NUM_CALLS - 1) / PER_SECOND}")
