"""Edit distance (Levenshtein): tasks compare a word with a list, or without a word all pairs of the list."""

import itertools

import ray

WORD = ""  # the word to look up; without one, all pairs of the list are compared
TOP = 5  # how many of the nearest words or pairs to show
NUM_TASKS = 4  # tasks that compare

WORDS = (
    "achieve actor algorithm believe cluster colour column comma compute database deceive definitely definite "
    "distance distribute embarrass environment february finite government harmony independent language library "
    "memory necessary neighbour object occasion occurred parallel perceive performance program receive receipt "
    "recite recommend relieve remote reprieve retrieve rhythm schedule separate sleeve successful task tomorrow "
    "tongue transfer truly unforeseen until weather weird worker"
).split()


@ray.remote
def compare(pairs: list[tuple[str, str]]) -> list[tuple[int, str, str]]:
    return [(distance(left, right), left, right) for left, right in pairs]


def distance(left: str, right: str) -> int:
    """How many letters have to be added, removed or replaced to turn one into the other."""
    previous = list(range(len(right) + 1))
    for row, letter in enumerate(left, start=1):
        current = [row]
        for column, other in enumerate(right, start=1):
            replaced = previous[column - 1] + (letter != other)
            current.append(min(previous[column] + 1, current[-1] + 1, replaced))
        previous = current
    return previous[-1]


ray.init()

pairs = [(word, WORD.lower()) for word in WORDS] if WORD else list(itertools.combinations(WORDS, 2))
parts = ray.get([compare.remote(pairs[start::NUM_TASKS]) for start in range(NUM_TASKS)])
found = sorted(sum(parts, start=[]))

print(f"of {len(WORDS)} words the nearest to {WORD!r}:" if WORD else f"the nearest of {len(pairs):,} pairs:")
for edits, left, right in found[:TOP]:
    print(f"{left}: distance {edits}" if WORD else f"{left} and {right}: distance {edits}")
