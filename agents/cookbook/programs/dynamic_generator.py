"""A generator task: it yields results one by one, and the driver uses each while the task still runs."""

from collections.abc import Iterator

import ray

NUM_ITEMS = 5  # items that the task yields


@ray.remote
def produce(count: int) -> Iterator[dict[str, int]]:
    """Each yield makes an object of its own, so the whole result never has to fit into memory."""
    for number in range(1, count + 1):
        yield {"item": number, "cube": number**3}


ray.init()

total = 0
for ref in produce.remote(NUM_ITEMS):  # an ObjectRefGenerator
    item = ray.get(ref)
    total += item["cube"]
    print(f"item {item['item']}: cube {item['cube']}, running total {total:,}")
print(f"the generator yielded {NUM_ITEMS} items")
