"""An actor with concurrency groups: methods of different groups do not wait for each other."""

import threading
import time

import ray

IO_THREADS = 4  # calls of the io group at the same time
COMPUTE_THREADS = 1  # calls of the compute group at the same time


@ray.remote(concurrency_groups={"io": IO_THREADS, "compute": COMPUTE_THREADS})
class Service:
    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.inside = {"io": 0, "compute": 0}
        self.most = {"io": 0, "compute": 0}

    @ray.method(concurrency_group="io")
    def read(self, number: int) -> int:
        return self._work("io", number)

    @ray.method(concurrency_group="compute")
    def compute(self, number: int) -> int:
        return self._work("compute", number)

    def most_at_once(self) -> dict[str, int]:
        return self.most

    def _work(self, group: str, number: int) -> int:
        with self.lock:
            self.inside[group] += 1
            self.most[group] = max(self.most[group], self.inside[group])
        time.sleep(0.1)
        with self.lock:
            self.inside[group] -= 1
        return number


ray.init()

service = Service.remote()
reads = [service.read.remote(number) for number in range(2 * IO_THREADS)]
computations = [service.compute.remote(number) for number in range(2 * COMPUTE_THREADS)]
print(f"{len(ray.get(reads))} reads and {len(ray.get(computations))} computations done by one actor")
most = ray.get(service.most_at_once.remote())
print(f"io: at most {most['io']} at the same time, the group allows {IO_THREADS}")
print(f"compute: at most {most['compute']} at the same time, the group allows {COMPUTE_THREADS}")
