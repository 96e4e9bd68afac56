"""Tasks that take too long: wait for a time limit, keep what is done by then, and cancel the rest."""

import time

import ray

NUM_TASKS = 4  # tasks; half of them are quick, half of them would take a minute
SECONDS = 2.0  # the time limit


@ray.remote(num_cpus=0.25)
def work(number: int) -> int:
    time.sleep(0.1 if number % 2 == 0 else 60)
    return number


ray.init()

ray.get(work.remote(0))  # a worker is up, so that the limit is spent on work
refs = {work.remote(number): number for number in range(NUM_TASKS)}
done, late = ray.wait(list(refs), num_returns=NUM_TASKS, timeout=SECONDS)
for ref in late:
    ray.cancel(ref, force=True)  # ends the worker, whatever the task is doing; without it the task is interrupted

print(f"done within {SECONDS:g} s: {sorted(refs[ref] for ref in done)}, results {sorted(ray.get(done))}")
for ref in late:
    try:
        ray.get(ref, timeout=30)
        print(f"task {refs[ref]} was done just in time")
    except ray.exceptions.TaskCancelledError:
        print(f"task {refs[ref]} was cancelled")
print(f"{len(done)} done, {len(late)} cancelled")
