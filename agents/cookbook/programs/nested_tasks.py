"""Nested tasks: each parent task starts child tasks of its own and combines their results."""

import ray

NUM_PARENTS = 3  # parent tasks
NUM_CHILDREN = 4  # children that each parent starts


@ray.remote
def child(parent: int, number: int) -> int:
    return 10 * parent + number


@ray.remote
def parent(number: int) -> tuple[int, list[int]]:
    """While it waits for its children, Ray lends its CPU to them."""
    results = ray.get([child.remote(number, child_number) for child_number in range(1, NUM_CHILDREN + 1)])
    return number, results


ray.init()

total = 0
for number, results in ray.get([parent.remote(number) for number in range(1, NUM_PARENTS + 1)]):
    total += sum(results)
    print(f"parent {number}: its {NUM_CHILDREN} children returned {results}, together {sum(results)}")
print(f"{NUM_PARENTS} parents, {NUM_PARENTS * NUM_CHILDREN} children, total {total:,}")
