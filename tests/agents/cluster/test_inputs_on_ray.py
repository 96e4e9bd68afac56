"""Files that come with a run, on a real cluster: where the driver and the workers find them."""

import uuid

import pytest

from agents.cluster.settings import ClusterSettings
from sandbox.ray_head import RayHead
from tests.agents.cluster.calls import call, follow_to_the_end
from tests.agents.cluster.packages import packed
from tests.fakes.object_store import FakeObjectStore

pytestmark = [pytest.mark.ray, pytest.mark.usefixtures("unscreened")]

READ_AND_SPOIL = """
import os, ray
ray.init()
@ray.remote
def rows():
    return open("sales.csv").read(), sorted(os.listdir("."))
here, there = sorted(os.listdir(".")), ray.get(rows.remote())
print(open("sales.csv").read() == there[0] == "region,amount\\nnorth,3\\n", here == there[1], here)
@ray.remote
def spoil():
    open("sales.csv", "w").write("spoiled")
ray.get(spoil.remote())
print(open("sales.csv").read())
"""
READ_AND_REMOVE = """
import os, ray
print(open("sales.csv").read().splitlines()[0])
os.remove("sales.csv")
ray.init()
@ray.remote
def there():
    return os.path.exists("sales.csv")
print(ray.get(there.remote()))
"""


@pytest.fixture
def store():
    with FakeObjectStore() as store:
        yield store


@pytest.fixture
def settings(ray_head: RayHead, store: FakeObjectStore) -> ClusterSettings:
    return ClusterSettings(
        hosts=(ray_head.address,), token=ray_head.token, run_timeout_seconds=120, files_hosts=(store.host,)
    )


@pytest.fixture
def run(settings, store):
    files = store.holds(*packed({"sales.csv": b"region,amount\nnorth,3\n", "straße 2.txt": b"ja"}))

    def run(code, **more):
        arguments = {"ray_cluster_ip": settings.hosts[0], "run_id": uuid.uuid4().hex}
        arguments["input_files"] = files.model_dump(mode="json")
        report = call(settings, code=code, wait_seconds=5, **(arguments | more))
        output = report.output
        if not report.final:
            report, rest = follow_to_the_end(settings, settings.hosts[0], code, arguments["run_id"])
            output = rest
        return report, output

    return run


def test_the_files_are_in_the_directory_of_driver_and_workers_and_nobody_spoils_anothers(run, store):
    first, read_and_spoiled = run(READ_AND_SPOIL)
    second, read_and_removed = run(READ_AND_REMOVE)

    assert (first.status, second.status) == ("succeeded", "succeeded")
    assert read_and_spoiled == "True True ['program.py', 'sales.csv', 'straße 2.txt']\nspoiled\n"
    assert read_and_removed == "region,amount\nFalse\n"
    assert len(store.requests) == 1
