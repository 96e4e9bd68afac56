"""A cluster on which each program prints two lines: Ray's Jobs API over its real protocol, and no Ray.

A validation's program ends as soon as it has started. A run's goes on until somebody has it end, or stops it.
"""

import hashlib
import io
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from tests.fakes.ray_jobs_api import FakeRayCluster

BEGUN, DONE = "begun\n", "done\n"
VALIDATION = "raygen-v-"
"""What the jobs of validations are called, before their own id."""


@dataclass(frozen=True)
class Jobs:
    """The jobs of one program, by their submission ids."""

    runs: tuple[str, ...]
    validations: tuple[str, ...]
    going_on: tuple[str, ...]


@dataclass(frozen=True)
class Cluster:
    """What has been submitted, and the way to end it."""

    ray: FakeRayCluster
    programs: dict[str, str] = field(default_factory=dict)
    """The SHA-256 of what each job executes, by its submission id, in the order in which they were taken."""

    @property
    def port(self) -> int:
        """Where it listens."""
        return int(self.ray.address.rpartition(":")[2])

    @property
    def token(self) -> str:
        """What it asks for."""
        return self.ray.token

    def jobs(self, code_sha256: str) -> Jobs:
        """The jobs that execute this program."""
        mine = [name for name, executed in self.programs.copy().items() if executed == code_sha256]
        return Jobs(
            runs=tuple(name for name in mine if not name.startswith(VALIDATION)),
            validations=tuple(name for name in mine if name.startswith(VALIDATION)),
            going_on=tuple(name for name in mine if self.ray.jobs[name].status == "RUNNING"),
        )

    def end_runs(self, code_sha256: str) -> None:
        """Have the runs of this program print their second line and end."""
        for name in self.jobs(code_sha256).going_on:
            self.ray.write(name, "out", DONE)
            self._end(name, "succeeded", 0)

    def submitted(self, _ray: FakeRayCluster, name: str) -> None:
        """A job has been taken; one without a program only keeps a name from being taken."""
        if not self.ray.jobs[name].working_dir:
            self.ray.jobs[name].status = "SUCCEEDED"
            return
        self.programs[name] = self._sha256(name)
        self.ray.write(name, "start", sha256=self.programs[name])
        self.ray.write(name, "out", BEGUN)
        if name.startswith(VALIDATION):
            self._end(name, "succeeded", 0)

    def stopped(self, _ray: FakeRayCluster, name: str) -> None:
        """A job is to be stopped, once more perhaps."""
        if self.ray.jobs[name].status == "RUNNING":
            self._end(name, "stopped", -15)

    def _end(self, name: str, status: str, code: int) -> None:
        self.ray.end(name, status, code, sha256=self.programs[name])
        self.ray.jobs[name].status = "STOPPED" if status == "stopped" else "SUCCEEDED"
        self.ray.jobs[name].driver_exit_code = code

    def _sha256(self, name: str) -> str:
        package = self.ray.packages[self.ray.jobs[name].working_dir.removeprefix("gcs://")]
        with zipfile.ZipFile(io.BytesIO(package)) as archive:
            return hashlib.sha256(archive.read("program.py")).hexdigest()


@contextmanager
def cluster() -> Iterator[Cluster]:
    """The cluster, for the time of the block."""
    with FakeRayCluster() as ray:
        made = Cluster(ray)
        ray.on_submit, ray.on_stop = made.submitted, made.stopped
        yield made
