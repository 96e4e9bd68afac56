"""Tasks that say how many CPUs they need: Ray starts only as many at the same time as the cluster has CPUs for."""

import threading
import time

import ray

NUM_TASKS = 8  # tasks altogether
CPUS = 0.5  # CPUs that each of them reserves


@ray.remote(num_cpus=0, max_concurrency=100)
class Watch:
    """Counts how many tasks are at work."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.inside = self.most = 0

    def enter(self) -> None:
        with self.lock:
            self.inside += 1
            self.most = max(self.most, self.inside)

    def leave(self) -> None:
        with self.lock:
            self.inside -= 1

    def most_at_once(self) -> int:
        return self.most


@ray.remote
def work(number: int, watch: ray.actor.ActorHandle) -> int:
    ray.get(watch.enter.remote())
    time.sleep(0.2)
    ray.get(watch.leave.remote())
    return number


ray.init()

available = ray.cluster_resources()["CPU"]
if available < CPUS:
    raise SystemExit(f"each task needs {CPUS:g} CPUs, and the cluster has {available:g}")
watch = Watch.remote()
results = ray.get([work.options(num_cpus=CPUS).remote(number, watch) for number in range(NUM_TASKS)])
most = ray.get(watch.most_at_once.remote())

print(f"{len(results)} tasks with {CPUS:g} CPUs each, on a cluster with {available:g} CPUs")
print(f"room for {int(available / CPUS)} at the same time, most at work at the same time: {most}")
