"""Show progress: tasks report to an actor, and the driver prints how far they are."""

import time

import ray

NUM_TASKS = 20  # tasks to run
STEPS = 5  # how often progress is printed


@ray.remote(num_cpus=0)
class Progress:
    """Counts what is done."""

    def __init__(self) -> None:
        self.done = 0

    def report(self) -> None:
        self.done += 1

    def count(self) -> int:
        return self.done


@ray.remote
def work(number: int, progress: ray.actor.ActorHandle) -> int:
    time.sleep(0.05)
    ray.get(progress.report.remote())
    return number * 2


ray.init()

progress = Progress.remote()
refs = [work.remote(number, progress) for number in range(NUM_TASKS)]

for step in range(1, STEPS + 1):
    goal = -(-NUM_TASKS * step // STEPS)
    while (done := ray.get(progress.count.remote())) < goal:
        time.sleep(0.02)
    print(f"[{'#' * (20 * goal // NUM_TASKS):<20}] {100 * goal // NUM_TASKS:>3} %  {goal} of {NUM_TASKS} tasks done")

print(f"sum of the results: {sum(ray.get(refs)):,}")
