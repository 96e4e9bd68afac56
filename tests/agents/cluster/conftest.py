from collections.abc import Iterator

import pytest

from agents.cluster.policy import Verdict
from agents.cluster.settings import ClusterSettings
from tests.fakes.ray_jobs_api import FakeRayCluster


@pytest.fixture
def unscreened(monkeypatch):
    """Let every program pass the policy: what it would refuse is still what a program that got past it may do."""
    monkeypatch.setattr("agents.cluster.handler.screen", lambda *_: Verdict("allow", ()))


@pytest.fixture
def cluster() -> Iterator[FakeRayCluster]:
    """A cluster on which every program prints a greeting and succeeds."""
    with FakeRayCluster(on_submit=_run_and_succeed) as cluster:
        yield cluster


@pytest.fixture
def settings(cluster: FakeRayCluster) -> ClusterSettings:
    return ClusterSettings(hosts=(cluster.address,), token=cluster.token)


def _run_and_succeed(cluster: FakeRayCluster, name: str) -> None:
    cluster.write(name, "start", sha256="0" * 64)
    cluster.write(name, "out", "hello\n")
    cluster.end(name)
