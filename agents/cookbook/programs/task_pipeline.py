"""A pipeline of tasks: each stage gets the reference to the result of the one before, and the driver waits for none."""

import ray

NUM_BATCHES = 4  # batches that go through the pipeline
BATCH_SIZE = 5  # readings in a batch


@ray.remote
def extract(batch: int) -> list[int]:
    return list(range(batch * BATCH_SIZE, (batch + 1) * BATCH_SIZE))


@ray.remote
def transform(readings: list[int]) -> list[float]:
    """Celsius to Fahrenheit."""
    return [reading * 9 / 5 + 32 for reading in readings]


@ray.remote
def load(batch: int, readings: list[float]) -> str:
    return f"batch {batch}: {len(readings)} readings, mean {sum(readings) / len(readings):.1f} F"


@ray.remote
def summarise(*lines: str) -> str:
    return "\n".join([*lines, f"{len(lines)} batches went through extract, transform and load"])


ray.init()

stages = [load.remote(batch, transform.remote(extract.remote(batch))) for batch in range(NUM_BATCHES)]
print(ray.get(summarise.remote(*stages)))
