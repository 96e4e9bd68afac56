"""An actor that crashes is restarted by Ray: its state is new, and calls go on."""

import time
import uuid

import ray

NUM_CRASHES = 2  # how often the actor is killed
NUM_CALLS = 3  # calls between two crashes


@ray.remote(max_restarts=NUM_CRASHES, max_task_retries=-1)
class Counter:
    """`max_task_retries=-1`: a call that a crash has cut off is made again."""

    def __init__(self) -> None:
        self.count = 0
        self.life = uuid.uuid4().hex

    def name_of_life(self) -> str:
        return self.life

    def increment(self) -> int:
        self.count += 1
        return self.count


ray.init()

counter = Counter.remote()
for crash in range(NUM_CRASHES + 1):
    counts = [ray.get(counter.increment.remote()) for _ in range(NUM_CALLS)]
    print(f"life {crash + 1}: counted {counts}")
    if crash < NUM_CRASHES:
        life = ray.get(counter.name_of_life.remote())
        ray.kill(counter, no_restart=False)  # as if its process had died
        while ray.get(counter.name_of_life.remote()) == life:  # the kill takes a moment to arrive
            time.sleep(0.1)
        print("the actor was killed, and Ray restarted it")

print(f"restarted {NUM_CRASHES} times; what it had counted before was lost each time")
