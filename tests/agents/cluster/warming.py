"""The pool of warm drivers on a real cluster, as a test wants it."""

import time
from contextlib import suppress

from agents.cluster.errors import UnreachableError
from agents.cluster.jobs import RayJobs
from agents.cluster.settings import ClusterSettings
from agents.cluster.warm import WarmPool

_SECONDS = 120.0


def pool_of(jobs: RayJobs, settings: ClusterSettings) -> WarmPool:
    return WarmPool(jobs, settings.warm_drivers, settings.warm_idle_seconds)


def jobs_of(settings: ClusterSettings) -> RayJobs:
    return RayJobs(f"http://{settings.hosts[0]}", settings.token)


def wait_for_warm_driver(settings: ClusterSettings) -> None:
    """Fill the pool and wait until a driver is idle; there is nothing to wait for when there can be none."""
    with jobs_of(settings) as jobs:
        pool = pool_of(jobs, settings)
        until = time.monotonic() + _SECONDS
        while settings.warm_drivers and pool.is_possible() and not _is_filled(pool):
            assert time.monotonic() < until, "no warm driver came up"
            pool.pause(0.05)


def _is_filled(pool: WarmPool) -> bool:
    """Whether a driver is idle; one is started otherwise. A head that is overloaded may not answer at once."""
    with suppress(UnreachableError):
        if pool.idle_slot() is not None:
            return True
        pool.fill()
    return False


def carrier_of(settings: ClusterSettings, run_id: str) -> str | None:
    """The warm driver's job that a run is in; a head of an old release may say nothing for a while."""
    until = time.monotonic() + _SECONDS
    with jobs_of(settings) as jobs:
        while True:
            try:
                return jobs.job(f"raygen-{run_id}").carrier
            except UnreachableError:
                assert time.monotonic() < until, "the head does not answer"
                pool_of(jobs, settings).pause(0.05)
