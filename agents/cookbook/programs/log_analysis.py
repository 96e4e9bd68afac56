"""Analyse a web server's log in parallel: tasks parse their share of the lines, the driver adds the counts up."""

import random
import re
from collections import Counter

import ray

NUM_LINES = 10_000  # lines of the (generated) log
NUM_TASKS = 4  # tasks that parse them
SEED = 7  # the same seed, the same log

LINE = re.compile(r'^\S+ \[\d{4}-\d\d-\d\d (?P<hour>\d\d):\d\d:\d\d\] "[A-Z]+ \S+" (?P<status>\d{3})$')


@ray.remote
def write_lines(count: int, seed: int) -> list[str]:
    """Stands for reading a part of a real log."""
    rng = random.Random(seed)
    lines = []
    for _ in range(count):
        hour, minute, second = min(23, max(0, int(rng.gauss(14, 4)))), rng.randrange(60), rng.randrange(60)
        status = rng.choices([200, 304, 404, 500], weights=[80, 10, 8, 2])[0]
        time = f"2026-01-31 {hour:02}:{minute:02}:{second:02}"
        lines.append(f'10.0.0.{rng.randrange(256)} [{time}] "GET /page/{rng.randrange(50)}" {status}')
    return lines


@ray.remote
def count_lines(lines: list[str]) -> tuple[Counter[str], Counter[str]]:
    found = [match for line in lines if (match := LINE.match(line))]
    return Counter(match["status"] for match in found), Counter(match["hour"] for match in found)


ray.init()

shares = [NUM_LINES // NUM_TASKS + (task < NUM_LINES % NUM_TASKS) for task in range(NUM_TASKS)]
logs = [write_lines.remote(share, SEED + task) for task, share in enumerate(shares)]
parts = ray.get([count_lines.remote(log) for log in logs])
statuses = sum((part[0] for part in parts), start=Counter())
hours = sum((part[1] for part in parts), start=Counter())

print(f"{statuses.total():,} of {NUM_LINES:,} lines understood, by {NUM_TASKS} tasks")
for status, count in sorted(statuses.items()):
    print(f"status {status}: {count:>8,}")
errors = sum(count for status, count in statuses.items() if status >= "400")
busiest, requests = max(hours.items(), key=lambda pair: (pair[1], pair[0]))
print(f"errors: {errors:,}, that is {100 * errors / statuses.total():.2f} %")
print(f"busiest hour: {busiest}:00 with {requests:,} requests")
