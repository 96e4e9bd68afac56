"""How a cluster is: its machines from Ray's State API, what is in use from its autoscaler's last report.

What comes back is the cluster's word, so every field is looked at before it is used.
"""

from contextlib import suppress
from typing import Any

from agents.cluster.errors import ClusterError
from agents.cluster.jobs import RayJobs
from agents.cluster.state import RayState
from agents.cluster.warm import WARM
from agents.wire import ClusterHealth


def health(jobs: RayJobs) -> ClusterHealth:
    """How the cluster is. Raises ClusterError when it does not say how many machines it has."""
    machines = RayState(jobs).machines()
    total = {name: sum(machine.get(name, 0.0) for machine in machines) for name in ("CPU", "GPU")}
    usage: dict[str, Any] = {}
    with suppress(ClusterError):  # a head without an autoscaler has no such report
        usage = jobs.load().get("usage") or {}
    return ClusterHealth(
        nodes=len(machines),
        cpus=total["CPU"],
        gpus=total["GPU"],
        cpus_used=_used(usage, "CPU", total["CPU"]),
        gpus_used=_used(usage, "GPU", total["GPU"]),
        jobs=_running(jobs),
    )


def _running(jobs: RayJobs) -> int:
    """How many jobs run; a warm driver is none, and the run that it carries is one of its own."""
    names = (str(each.get("submission_id") or "") for each in jobs.state("jobs", status="RUNNING"))
    return sum(not name.startswith(WARM) for name in names)


def _used(usage: object, name: str, total: float) -> float | None:
    """How much of a resource is in use, out of `{"CPU": [used, total]}`; None when that is not told."""
    pair = usage.get(name) if isinstance(usage, dict) else None
    used = pair[0] if isinstance(pair, list) and pair else None
    if isinstance(used, int | float) and not isinstance(used, bool) and used >= 0:
        return min(float(used), total)
    return None if total else 0.0
