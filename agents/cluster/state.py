"""Ray's State API: what waits for resources, which machines there are, which actors a job has left.

https://docs.ray.io/en/latest/ray-observability/user-guides/cli-sdk.html, over HTTP at `/api/v0`. What comes back is the
cluster's word, so every field is looked at before it is used.
"""

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from agents.cluster.jobs import RayJobs

Resources = Mapping[str, float]
_SUPERVISOR = "_ray_internal_job_actor_"
_MOST_MACHINES = 1_000


@dataclass(frozen=True)
class Demand:
    """Something that cannot start without `resources`, since `since` (Unix time, 0 when that is not known)."""

    kind: Literal["task", "actor", "placement group", "program"]
    name: str
    resources: Resources
    since: float = 0.0


@dataclass(frozen=True)
class DetachedActor:
    """An actor that outlives its job."""

    name: str
    namespace: str


class RayState:
    """What the cluster that `jobs` speaks to says of itself; every method raises ClusterError."""

    def __init__(self, jobs: RayJobs) -> None:
        self._jobs = jobs

    def machines(self) -> list[Resources]:
        """What each living machine has, in use or not."""
        nodes = self._jobs.state("nodes", limit=_MOST_MACHINES, state="ALIVE")
        return [_resources(node.get("resources_total")) for node in nodes if node.get("state") == "ALIVE"]

    def demands(self, job_id: str) -> Iterator[Demand]:
        """What waits in a job; tasks of a placement group wait with it."""
        for task in self._jobs.state("tasks", job_id=job_id, state="PENDING_NODE_ASSIGNMENT"):
            if task.get("type") == "NORMAL_TASK" and not task.get("placement_group_id"):
                since = _number(task.get("creation_time_ms")) / 1000
                yield Demand("task", str(task.get("name")), _resources(task.get("required_resources")), since)
        for actor in self._jobs.state("actors", job_id=job_id, state="PENDING_CREATION"):
            if not actor.get("placement_group_id"):
                yield Demand("actor", str(actor.get("class_name")), _resources(actor.get("required_resources")))
        for group in self._jobs.state("placement_groups", state="PENDING"):
            if group.get("creator_job_id") == job_id:
                for bundle in group.get("bundles") or ():
                    yield Demand("placement group", str(group.get("name")), _resources(bundle.get("unit_resources")))

    def start_of(self, submission_id: str) -> Demand | None:
        """What a job that has not started waits for, if that is resources."""
        for actor in self._jobs.state("actors", name=_SUPERVISOR + submission_id, state="PENDING_CREATION"):
            return Demand("program", "", _resources(actor.get("required_resources")))
        return None

    def is_working(self, job_id: str) -> bool:
        """Whether a task of the job is running."""
        return bool(self._jobs.state("tasks", job_id=job_id, state="RUNNING"))

    def held_by_actors(self, job_id: str) -> Resources:
        """What the job's own living actors keep for themselves."""
        held: dict[str, float] = {}
        for actor in self._jobs.state("actors", job_id=job_id, state="ALIVE"):
            for name, amount in _resources(actor.get("required_resources")).items():
                held[name] = held.get(name, 0.0) + amount
        return held

    def detached_actors(self, job_id: str) -> list[DetachedActor]:
        """The actors of the job that live on without it."""
        return [
            DetachedActor(str(actor.get("name")), str(actor.get("ray_namespace")))
            for actor in self._jobs.state("actors", job_id=job_id, state="ALIVE")
            if actor.get("is_detached") is True
        ]


def _resources(value: object) -> Resources:
    """The amounts by name, without those that Ray makes for placement groups and for single machines."""
    if not isinstance(value, dict):
        return {}
    amounts = {str(name): _number(amount) for name, amount in value.items()}
    return {name: amount for name, amount in amounts.items() if amount > 0 and not _is_internal(name)}


def _is_internal(name: str) -> bool:
    return "_group_" in name or name.startswith("node:")


def _number(value: Any) -> float:
    is_number = isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)
    return float(value) if is_number else 0.0
