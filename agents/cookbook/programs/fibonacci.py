"""Fibonacci numbers by recursion: large numbers split into two tasks, small ones are computed on the spot."""

import ray

N = 20  # which Fibonacci number
DEPTH = 3  # levels of recursion that are tasks of their own
FIRST = 0  # show this many numbers of the sequence instead, if it is not 0


def fibonacci(n: int) -> int:
    return n if n < 2 else fibonacci(n - 1) + fibonacci(n - 2)


@ray.remote
def fibonacci_task(n: int, depth: int) -> int:
    """A task for every small number would cost more than the number itself, so the tasks end at `depth`."""
    if n < 2 or depth == 0:
        return fibonacci(n)
    return sum(ray.get([fibonacci_task.remote(n - 1, depth - 1), fibonacci_task.remote(n - 2, depth - 1)]))


ray.init()

if FIRST:
    print(", ".join(str(value) for value in ray.get([fibonacci_task.remote(n, 0) for n in range(FIRST)])))
else:
    print(f"fibonacci({N}) = {ray.get(fibonacci_task.remote(N, DEPTH)):,}")
