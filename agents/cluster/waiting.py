"""What a run waits for, and what it leaves on the cluster: asked of Ray, and told as sentences for the card."""

import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass

from agents.cluster.errors import ClusterError
from agents.cluster.jobs import RayJob, RayJobs
from agents.cluster.shortage import left_behind, not_started, queueing, shortages
from agents.cluster.state import RayState

PATIENCE_SECONDS = 60.0
"""What starts within a minute needs no explanation; tasks of a busy program wait that long for each other."""


@dataclass(frozen=True)
class Waiting:
    """Asks about one job; what cannot be found out is not told. `now` is Unix time."""

    jobs: RayJobs
    patience: float = PATIENCE_SECONDS
    now: Callable[[], float] = time.time

    def for_start(self, submission_id: str, job: RayJob) -> tuple[str, ...]:
        """Why the job has not started, once it has been waiting for long."""
        seconds = self.now() - (job.submitted or self.now())
        if seconds < self.patience:
            return ()
        with suppress(ClusterError):
            state = RayState(self.jobs)
            return (not_started(state.start_of(submission_id), state.machines(), seconds),)
        return ()

    def for_resources(self, job: RayJob) -> tuple[str, ...]:
        """What the job's tasks and actors have long been waiting for: what no machine has, else what is not free."""
        if job.driver_job is None or self.now() - (job.submitted or self.now()) < self.patience:
            return ()
        with suppress(ClusterError):
            state = RayState(self.jobs)
            since = self.now() - self.patience
            demands = [demand for demand in state.demands(job.driver_job) if demand.since <= since]
            if not demands:
                return ()
            machines = state.machines()
            lacking = shortages(demands, machines)
            # Tasks that wait for others of the same program are no news.
            if lacking or state.is_working(job.driver_job):
                return lacking
            return queueing(demands, machines, state.held_by_actors(job.driver_job))
        return ()

    def left(self, job: RayJob) -> tuple[str, ...]:
        """That detached actors of the job live on."""
        if job.driver_job is None:
            return ()
        with suppress(ClusterError):
            actors = RayState(self.jobs).detached_actors(job.driver_job)
            return (left_behind(actors),) if actors else ()
        return ()
