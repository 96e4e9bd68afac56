"""Handle errors: a task that fails now and then is retried by Ray, one that always fails is caught by the driver."""

import ray

NUM_TASKS = 5  # flaky tasks
MAX_RETRIES = 3  # how often Ray runs a failed task again


@ray.remote(num_cpus=0)
class Attempts:
    """Remembers how often each task was tried, so that the failures below are the same in every run."""

    def __init__(self) -> None:
        self.tried: dict[int, int] = {}

    def next(self, task: int) -> int:
        self.tried[task] = self.tried.get(task, 0) + 1
        return self.tried[task]

    def all(self) -> dict[int, int]:
        return self.tried


@ray.remote(max_retries=MAX_RETRIES, retry_exceptions=[ConnectionError])
def flaky(task: int, attempts: ray.actor.ActorHandle) -> str:
    """Fails on its first `task % (MAX_RETRIES + 1)` attempts."""
    if ray.get(attempts.next.remote(task)) <= task % (MAX_RETRIES + 1):
        raise ConnectionError(f"task {task} lost its connection")
    return "done"


@ray.remote(max_retries=0)
def broken() -> None:
    raise ValueError("this input can never work")


ray.init()

attempts = Attempts.remote()
results = ray.get([flaky.remote(task, attempts) for task in range(NUM_TASKS)])
for task, tries in sorted(ray.get(attempts.all.remote()).items()):
    print(f"task {task}: {results[task]} after {tries} attempts")

try:
    ray.get(broken.remote())
except ValueError as error:  # Ray raises the task's own exception type
    print(f"caught in the driver, not retried: {str(error).splitlines()[-1]}")
