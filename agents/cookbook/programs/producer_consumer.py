"""Producer and consumers with ray.util.queue: a bounded queue hands items to whichever consumer is free."""

import ray
from ray.util.queue import Queue

NUM_ITEMS = 20  # items that are produced
NUM_CONSUMERS = 2  # tasks that consume them
QUEUE_SIZE = 10  # items that may wait in the queue

END = None  # tells a consumer that nothing more comes


@ray.remote(num_cpus=0.25)
def produce(queue: Queue) -> int:
    for item in range(1, NUM_ITEMS + 1):
        queue.put(item)  # waits while the queue is full
    for _ in range(NUM_CONSUMERS):
        queue.put(END)
    return NUM_ITEMS


@ray.remote(num_cpus=0.25)
def consume(queue: Queue) -> list[int]:
    taken = []
    while (item := queue.get()) is not END:
        taken.append(item)
    return taken


ray.init()

queue = Queue(maxsize=QUEUE_SIZE, actor_options={"num_cpus": 0})
consumers = [consume.remote(queue) for _ in range(NUM_CONSUMERS)]
produced = ray.get(produce.remote(queue))
taken = ray.get(consumers)
queue.shutdown()

for number, items in enumerate(taken, start=1):
    print(f"consumer {number} took {len(items)} items")
print(f"{produced} items produced, {sum(map(len, taken))} consumed, their sum is {sum(map(sum, taken)):,}")
print(f"each item was consumed once: {sorted(sum(taken, start=[])) == list(range(1, NUM_ITEMS + 1))}")
