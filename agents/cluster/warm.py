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
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

from agents.cluster.errors import JobExistsError, NoSuchJobError
from agents.cluster.jobs import RayJob, RayJobs
from agents.cluster.package import DRIVER, Package, stopper_package

_TAKE_SECONDS = 2.0
"""A driver looks into its inbox every 0.05 s; one that is silent for so long is dead, or its machine is overloaded."""
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
        return [f"raygen-warm-{version}-{number}" for number in range(self.size)]

    def idle_slot(self) -> str | None:
        """A place whose driver says that it is idle."""
        return next((slot for slot in self._slots if self._is_idle(slot)), None)

    def _is_idle(self, slot: str) -> bool:
        return self.jobs.has_package(f"{slot}-idle.zip")

    def offer(self, slot: str, offer: Offer) -> bool:
        """Offer a run to the driver in `slot`; whether the run has a job now, which another attempt may have made."""
        self.jobs.put_package(offer.package(slot))
        until = time.monotonic() + _TAKE_SECONDS
        while time.monotonic() < until:
            idle = self._is_idle(slot)
            if self._exists(offer.submission_id):
                return True
            if not idle:  # it took another run, or ended
                return False
            self.pause(_LOOK_SECONDS)
        return False

    def _exists(self, submission_id: str) -> bool:
        return self._job(submission_id) is not None

    def _job(self, submission_id: str) -> RayJob | None:
        try:
            return self.jobs.job(submission_id)
        except NoSuchJobError:
            return None

    def fill(self) -> None:
        """Start a driver in each place that has none: the last one that was started there has ended or has a run."""
        for slot in self._slots:
            number = self.last(slot)
            job = self._job(f"{slot}-{number}") if number else None
            if job is None or job.ended or job.run is not None:
                self._start(slot, number + 1)

    def last(self, slot: str) -> int:
        """The number of the last driver that was started in `slot`, 0 before the first: they are counted from 1."""
        high = 1
        while self._exists(f"{slot}-{high}"):
            high *= 2
        low = high // 2
        while high - low > 1:
            middle = (low + high) // 2
            low, high = (middle, high) if self._exists(f"{slot}-{middle}") else (low, middle)
        return low

    def _start(self, slot: str, number: int) -> None:
        """Start the driver with this number, unless somebody else just did."""
        self.jobs.put_package(self._package)
        entrypoint = f"python -m {DRIVER}.warm --slot {slot} --idle {self.idle_seconds:g}"
        try:
            self.jobs.submit(f"{slot}-{number}", entrypoint, self._package.uri)
        except JobExistsError:
            return
