"""PageRank by power iteration: in each round tasks pass the rank of their share of the pages on along the links."""

import numpy as np
import ray

NUM_PAGES = 100  # pages of the (random) web
NUM_ITERATIONS = 30  # rounds
DAMPING = 0.85  # the share of visitors who follow a link
NUM_TASKS = 4  # tasks that share the pages
TOP = 5  # how many of the pages to show
SEED = 7  # the same seed, the same web

Links = list[tuple[int, np.ndarray]]


@ray.remote
def pass_on(links: Links, ranks: np.ndarray) -> np.ndarray:
    """What every page receives from the pages of this share."""
    received = np.zeros(len(ranks))
    for page, targets in links:
        received[targets] += ranks[page] / len(targets)
    return received


ray.init()

rng = np.random.default_rng(SEED)
popularity = 1 / np.arange(1, NUM_PAGES + 1)  # the first pages are linked to most often
chances = popularity / popularity.sum()
web = [(page, np.unique(rng.choice(NUM_PAGES, size=5, p=chances))) for page in range(NUM_PAGES)]
shares = [ray.put(web[start::NUM_TASKS]) for start in range(NUM_TASKS)]
ranks = np.full(NUM_PAGES, 1 / NUM_PAGES)

for _ in range(NUM_ITERATIONS):
    received = sum(ray.get([pass_on.remote(share, ranks) for share in shares]))
    changed = (1 - DAMPING) / NUM_PAGES + DAMPING * received
    difference = np.abs(changed - ranks).sum()
    ranks = changed

print(f"{NUM_PAGES:,} pages, {sum(len(targets) for _, targets in web):,} links, {NUM_ITERATIONS} iterations")
print(f"change in the last iteration: {difference:.2e}, sum of all ranks: {ranks.sum():.4f}")
for page in np.argsort(-ranks, kind="stable")[:TOP].tolist():
    print(f"page {page}: rank {ranks[page]:.5f}")
