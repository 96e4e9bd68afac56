"""A pipeline of actors: every stage is an actor with a state of its own, and items flow through as references."""

import ray

NUM_ITEMS = 20  # items that go through


@ray.remote(num_cpus=0.25)
class Parse:
    def handle(self, line: str) -> dict[str, int]:
        number, _, value = line.partition(",")
        return {"number": int(number), "value": int(value)}


@ray.remote(num_cpus=0.25)
class Enrich:
    """Knows what went before: the running total."""

    def __init__(self) -> None:
        self.total = 0

    def handle(self, record: dict[str, int]) -> dict[str, int]:
        self.total += record["value"]
        return {**record, "total": self.total}


@ray.remote(num_cpus=0.25)
class Store:
    def __init__(self) -> None:
        self.records: list[dict[str, int]] = []

    def handle(self, record: dict[str, int]) -> int:
        self.records.append(record)
        return len(self.records)

    def last(self) -> dict[str, int]:
        return self.records[-1]


ray.init()

parse, enrich, store = Parse.remote(), Enrich.remote(), Store.remote()
stored = [
    store.handle.remote(enrich.handle.remote(parse.handle.remote(f"{number},{number * 10}")))
    for number in range(1, NUM_ITEMS + 1)
]

print(f"{ray.get(stored)[-1]} items went through parse, enrich and store")
last = ray.get(store.last.remote())
print(f"the last one: number {last['number']}, value {last['value']}, running total {last['total']:,}")
