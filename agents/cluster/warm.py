"""The pool of warm drivers on one cluster: offering a run to one, and starting those that are missing.

A warm driver is a job that waits with Ray connected. It takes a run by writing the run's job into Ray's store, which
refuses a second one of the same name, and Ray's own submission is refused likewise: whatever happens to an offer, the
run starts once. So an offer is only ever a hope, and who made it submits the run the cold way when nobody takes it.

Each place in the pool has an announcement ("idle") and an inbox ("offer") in the cluster's package store. Drivers of
another version of the wrapper have other places: they are offered nothing and end by themselves.
"""

import hashlib
import json
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import cached_property

from agents.cluster.errors import JobExistsError, NoSuchJobError
from agents.cluster.jobs import RayJob, RayJobs
from agents.cluster.package import DRIVER, Package, stopper_package

WARM = "raygen-warm-"
"""What the submission ids of warm drivers begin with."""
WARM_SINCE = (2, 10)
"""The head of an older release answers for no job in time while drivers wait (ray-project/ray#46335): none do there."""
_DOUBT_SECONDS = 0.3
"""A driver looks into its inbox every 0.05 s; whether one that is silent for so long has ended, Ray is asked."""
_TAKE_SECONDS = 3.0
"""The longest wait for one that has not: its machine is overloaded, and a run of its own would take longer still."""
_LOOK_SECONDS = 0.02


@dataclass(frozen=True)
class Offer:
    """What a warm driver needs to carry a run: `seconds` is the deadline, `limit` how many bytes of output are kept."""

    submission_id: str
    program: bytes
    seconds: float
    limit: int

    def package(self, slot: str) -> Package:
        """The offer as it lies in the inbox of `slot`."""
        value = {"submission_id": self.submission_id, "seconds": self.seconds, "limit": self.limit}
        return Package(f"{slot}-offer.zip", json.dumps({**value, "code": self.program.decode()}).encode())


@dataclass(frozen=True)
class WarmPool:
    """`size` places on the cluster that `jobs` speaks to; a driver that nobody needs ends after `idle_seconds`."""

    jobs: RayJobs
    size: int
    idle_seconds: float
    pause: Callable[[float], object] = time.sleep  # noqa: TID251  # the Lambda has nothing else to do meanwhile

    @cached_property
    def _package(self) -> Package:
        return stopper_package()

    @cached_property
    def _slots(self) -> list[str]:
        version = hashlib.sha256(self._package.data).hexdigest()[:8]
        return [f"{WARM}{version}-{number}" for number in range(self.size)]

    def idle_slot(self) -> str | None:
        """A place whose driver says that it is idle."""
        return next((slot for slot in self._slots if self._is_idle(slot)), None)

    def _is_idle(self, slot: str) -> bool:
        return self.jobs.has_package(f"{slot}-idle.zip")

    def offer(self, slot: str, offer: Offer) -> RayJob | None:
        """Offer a run to the driver in `slot`; the job that the run has now, which another attempt may have made."""
        self.jobs.put_package(offer.package(slot))
        for seconds in (_DOUBT_SECONDS, _TAKE_SECONDS):
            job = self._taken(slot, offer, seconds)
            if job is not None or self._next(slot) is not None:  # it has a run, this one or another, or has ended
                return job
        return None

    def _taken(self, slot: str, offer: Offer, seconds: float) -> RayJob | None:
        """The run's job as soon as it has one; None when the driver is no longer idle, or after so long."""
        until = time.monotonic() + seconds
        while True:
            idle = self._is_idle(slot)
            job = self._job(offer.submission_id)
            if job is not None or not idle or time.monotonic() > until:
                return job
            self.pause(_LOOK_SECONDS)

    def _job(self, submission_id: str) -> RayJob | None:
        try:
            return self.jobs.job(submission_id)
        except NoSuchJobError:
            return None

    def fill(self) -> None:
        """Start a driver in each place that has none."""
        self.start(self.missing())

    def missing(self, used: str | None = None) -> tuple[str, ...]:
        """The submission id of the next driver for each place that has none.

        It has none when the last one that was started there has ended or has a run, as `used` has.
        """
        return tuple(filter(None, (self._next(slot, used or "") for slot in self._slots)))

    def _next(self, slot: str, used: str = "") -> str | None:
        """The driver to be started in `slot`, if there is none."""
        place, _, number = used.rpartition("-")
        if place == slot and number.isdecimal():  # the driver may not have noted the run yet
            return f"{slot}-{int(number) + 1}"
        last = self.last(slot)
        job = self._job(f"{slot}-{last}") if last else None
        vacant = job is None or job.ended or job.run is not None
        return f"{slot}-{last + 1}" if vacant else None

    def last(self, slot: str) -> int:
        """The number of the last driver that was started in `slot`, 0 before the first: they are counted from 1."""
        high = 1
        while self._job(f"{slot}-{high}"):
            high *= 2
        low = high // 2
        while high - low > 1:
            middle = (low + high) // 2
            low, high = (middle, high) if self._job(f"{slot}-{middle}") else (low, middle)
        return low

    def is_possible(self) -> bool:
        """Whether the cluster's release of Ray bears drivers that wait."""
        return self.jobs.release() >= WARM_SINCE

    def start(self, names: Sequence[str]) -> None:
        """Start the drivers of these submission ids, unless somebody else just did."""
        if not names or not self.is_possible():
            return
        self.jobs.put_package(self._package)
        for name in names:
            slot = name.rpartition("-")[0]
            entrypoint = f"python -m {DRIVER}.warm --slot {slot} --idle {self.idle_seconds:g}"
            with suppress(JobExistsError):
                self.jobs.submit(name, entrypoint, self._package.uri)
