"""A Ray task that returns a text, and a driver that prints it."""

import ray

TEXT = "Hello"  # what the task returns
NUM_TASKS = 1  # how many such tasks run


@ray.remote
def say() -> str:
    return TEXT


ray.init()

for text in ray.get([say.remote() for _ in range(NUM_TASKS)]):
    print(text)
