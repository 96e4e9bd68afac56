"""A placement group reserves bundles of resources together; each task then runs in a bundle of its own."""

import ray
from ray.util.placement_group import placement_group, remove_placement_group
from ray.util.scheduling_strategies import PlacementGroupSchedulingStrategy

NUM_BUNDLES = 2  # bundles
CPUS = 1  # CPUs in each bundle
STRATEGY = "PACK"  # "PACK", "SPREAD", "STRICT_PACK" or "STRICT_SPREAD"
SECONDS = 30  # how long to wait for the resources


@ray.remote(num_cpus=0)
def work(bundle: int) -> tuple[int, bool]:
    """Its bundle, and whether it runs in a placement group."""
    return bundle, ray.util.get_current_placement_group() is not None


ray.init()

group = placement_group([{"CPU": CPUS}] * NUM_BUNDLES, strategy=STRATEGY)
try:
    ray.get(group.ready(), timeout=SECONDS)
    print(f"{NUM_BUNDLES} bundles with {CPUS:g} CPU each are reserved, strategy {STRATEGY}")
    strategies = [PlacementGroupSchedulingStrategy(group, bundle) for bundle in range(NUM_BUNDLES)]
    tasks = [work.options(num_cpus=CPUS, scheduling_strategy=s).remote(n) for n, s in enumerate(strategies)]
    for bundle, inside in ray.get(tasks):
        print(f"the task of bundle {bundle} ran in the group: {inside}")
except ray.exceptions.GetTimeoutError:
    print(f"the cluster did not have {NUM_BUNDLES} x {CPUS:g} CPU free within {SECONDS} s")
finally:
    remove_placement_group(group)
