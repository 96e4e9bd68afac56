"""Download many files at the same time, simulated: tasks that wait as a network would, only so many at once."""

import random
import time

import ray

NUM_FILES = 12  # files
NUM_AT_ONCE = 4  # downloads at the same time
SEED = 7  # the same seed, the same sizes


@ray.remote(num_cpus=0.1)
def download(number: int, megabytes: float) -> tuple[int, float]:
    """Stands for a real download at 20 MB/s; nothing leaves the cluster."""
    time.sleep(megabytes / 20)
    return number, megabytes


ray.init()

rng = random.Random(SEED)
waiting = [(number, round(rng.uniform(1, 5), 1)) for number in range(1, NUM_FILES + 1)]
started = time.monotonic()
running: list[ray.ObjectRef] = []
megabytes = 0.0
finished = 0

while waiting or running:
    while waiting and len(running) < NUM_AT_ONCE:
        running.append(download.remote(*waiting.pop(0)))
    ready, running = ray.wait(running)
    number, size = ray.get(ready[0])
    finished += 1
    megabytes += size
    print(f"{finished:>3} of {NUM_FILES}: file {number} with {size:.1f} MB")

seconds = time.monotonic() - started
print(f"{finished} files, {megabytes:.1f} MB in {seconds:.1f} s, at most {NUM_AT_ONCE} at a time")
