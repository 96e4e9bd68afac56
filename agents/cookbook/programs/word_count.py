"""Count words by map and reduce: each map task counts a part of the text, the reduce task adds the counts up."""

import re
from collections import Counter

import ray

TEXT = "the ray of light met the ray of the cluster and the light became a task and the task a result"  # the text
NUM_MAPPERS = 3  # map tasks
TOP = 5  # how many words to show


@ray.remote
def count_words(words: list[str]) -> Counter[str]:
    return Counter(words)


@ray.remote
def add_up(*counts: Counter[str]) -> Counter[str]:
    return sum(counts, start=Counter())


ray.init()

words = re.findall(r"\w+", TEXT.lower())
parts = [words[start::NUM_MAPPERS] for start in range(NUM_MAPPERS)]
total = ray.get(add_up.remote(*[count_words.remote(part) for part in parts]))

print(f"{total.total()} words, {len(total)} of them different; the most frequent:")
for word, count in sorted(total.items(), key=lambda pair: (-pair[1], pair[0]))[:TOP]:
    print(f"{word:<12} {count:>4}")
