"""Search a text file in parallel: tasks look through their share of the lines, as grep would.

The file has to be where the driver can read it.
"""

import pathlib

import ray

PATH = "notes.txt"  # the file
PATTERN = "ray"  # the text to look for; upper and lower case count as the same
NUM_TASKS = 4  # tasks that search
TOP = 10  # how many of the lines to show


@ray.remote
def search(lines: list[tuple[int, str]]) -> list[tuple[int, str]]:
    return [(number, line) for number, line in lines if PATTERN.lower() in line.lower()]


ray.init()

lines = list(enumerate(pathlib.Path(PATH).read_text(encoding="utf-8").splitlines(), start=1))
size = max(1, -(-len(lines) // NUM_TASKS))
found = sum(ray.get([search.remote(lines[at : at + size]) for at in range(0, len(lines), size)]), start=[])
times = sum(line.lower().count(PATTERN.lower()) for _, line in found)

print(f"{PATTERN!r} is in {len(found):,} of {len(lines):,} lines of {PATH}, {times:,} times altogether")
for number, line in found[:TOP]:
    print(f"{number}: {line}")
