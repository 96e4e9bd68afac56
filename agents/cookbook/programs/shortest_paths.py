"""Breadth-first search on a random graph: each level's nodes are shared among tasks, which find their neighbours."""

import random
from collections import Counter

import ray

NUM_NODES = 1_000  # nodes of the (random) graph
START = 0  # the node that the paths begin at
NUM_TASKS = 4  # tasks that share each level
SEED = 7  # the same seed, the same graph

Graph = dict[int, list[int]]


@ray.remote
def neighbours(graph: Graph, nodes: list[int]) -> set[int]:
    return {neighbour for node in nodes for neighbour in graph[node]}


def random_graph() -> Graph:
    """About three edges for each node, in both directions."""
    rng = random.Random(SEED)
    graph: Graph = {node: [] for node in range(NUM_NODES)}
    for node in range(NUM_NODES):
        for other in rng.sample(range(NUM_NODES), k=min(2, NUM_NODES)):
            graph[node].append(other)
            graph[other].append(node)
    return graph


ray.init()

graph_ref = ray.put(random_graph())  # stored once, read by the tasks of every level
distances = {START: 0}
level = [START]

while level:
    shares = [level[start::NUM_TASKS] for start in range(NUM_TASKS)]
    found = set().union(*ray.get([neighbours.remote(graph_ref, share) for share in shares if share]))
    level = sorted(found - distances.keys())
    distances |= dict.fromkeys(level, max(distances.values()) + 1)

print(f"{len(distances):,} of {NUM_NODES:,} nodes can be reached from node {START}")
for distance, nodes in sorted(Counter(distances.values()).items()):
    print(f"distance {distance}: {nodes:,} nodes")
print(f"longest of the shortest paths: {max(distances.values())}")
