"""A priority queue in an actor: workers always get the most urgent job that is left."""

import heapq
import random

import ray

NUM_JOBS = 12  # jobs in the queue
NUM_WORKERS = 2  # tasks that work on them
SEED = 7  # the same seed, the same priorities


@ray.remote(num_cpus=0)
class PriorityQueue:
    """A heap: the smallest number is the most urgent, and of two with one number the first that came."""

    def __init__(self) -> None:
        self.heap: list[tuple[int, int]] = []
        self.order: list[tuple[int, int]] = []

    def put(self, priority: int, job: int) -> None:
        heapq.heappush(self.heap, (priority, job))

    def take(self) -> int | None:
        if not self.heap:
            return None
        self.order.append(heapq.heappop(self.heap))
        return self.order[-1][1]

    def taken(self) -> list[tuple[int, int]]:
        return self.order


@ray.remote(num_cpus=0.25)
def worker(queue: ray.actor.ActorHandle) -> int:
    done = 0
    while ray.get(queue.take.remote()) is not None:
        done += 1  # here the job would be worked on
    return done


ray.init()

queue = PriorityQueue.remote()
rng = random.Random(SEED)
ray.get([queue.put.remote(rng.randint(1, 5), job) for job in range(1, NUM_JOBS + 1)])
done = ray.get([worker.remote(queue) for _ in range(NUM_WORKERS)])

order = ray.get(queue.taken.remote())
for priority, job in order:
    print(f"priority {priority}: job {job}")
print(f"{sum(done)} jobs done by {NUM_WORKERS} workers, the most urgent first: {order == sorted(order)}")
