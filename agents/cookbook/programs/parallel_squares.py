"""Square numbers in parallel, one task for each number."""

import ray

FIRST = 1  # the first number of the range
LAST = 10  # the last number of the range
NUMBERS = []  # exactly these numbers instead of the range, if there are any


@ray.remote
def square(number: int) -> int:
    return number * number


ray.init()

numbers = NUMBERS or list(range(FIRST, LAST + 1))
squares = ray.get([square.remote(number) for number in numbers])

for number, result in zip(numbers, squares, strict=True):
    print(f"{number} squared is {result}")
print(f"sum of the {len(squares)} squares: {sum(squares):,}")
