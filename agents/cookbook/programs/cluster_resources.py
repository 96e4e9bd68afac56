"""What the cluster has, what of it is free, and its nodes."""

import ray

ray.init()


def amount(resources: dict[str, float], name: str) -> str:
    """A resource as a person reads it: memory in GiB, anything else as a count."""
    value = resources.get(name, 0.0)
    return f"{value / 2**30:.1f} GiB" if "memory" in name else f"{value:g}"


total, free = ray.cluster_resources(), ray.available_resources()
print(f"{'resource':<22} {'total':>12} {'free':>12}")
for name in sorted(name for name in total if not name.startswith(("node:", "accelerator_type:"))):
    print(f"{name:<22} {amount(total, name):>12} {amount(free, name):>12}")

nodes = ray.nodes()
print(f"nodes: {len(nodes)}, alive: {sum(node['Alive'] for node in nodes)}")
for node in nodes:
    state = "alive" if node["Alive"] else "dead"
    cpus, memory = amount(node["Resources"], "CPU"), amount(node["Resources"], "memory")
    print(f"- {node['NodeManagerAddress']} ({state}): {cpus} CPUs, {memory} memory")
