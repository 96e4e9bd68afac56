"""Reduce in a tree: results are combined in pairs, level by level, until one is left."""

import ray

NUM_VALUES = 16  # partial results, here the numbers from 1 on


@ray.remote
def partial(number: int) -> int:
    return number


@ray.remote
def combine(left: int, right: int) -> int:
    return left + right


ray.init()

refs = [partial.remote(number) for number in range(1, NUM_VALUES + 1)]
levels = 0
while len(refs) > 1:
    pairs = [combine.remote(left, right) for left, right in zip(refs[::2], refs[1::2])]
    refs = pairs + refs[len(pairs) * 2 :]  # an odd one goes up as it is
    levels += 1
    print(f"level {levels}: {len(refs)} partial sums")

print(f"sum of {NUM_VALUES} values after {levels} levels: {ray.get(refs[0]):,}")
