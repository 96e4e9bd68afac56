"""Others use the same cluster: what a run leaves there must not change what their programs see."""

import shlex
import uuid
from threading import Event

import httpx
import pytest

from agents.cluster.jobs import RayJobs
from agents.cluster.runs import Run
from sandbox.ray_head import RayHead

pytestmark = [pytest.mark.ray, pytest.mark.usefixtures("unscreened")]

LEAVES_AN_ACTOR = """
import os, ray
ray.init(namespace="shop")
@ray.remote(num_cpus=0)
class Keeper:
    def place(self):
        return os.environ["RAYGEN_OUT"]
keeper = Keeper.options(name="keeper", lifetime="detached").remote()
print(ray.get(keeper.place.remote()) == os.environ["RAYGEN_OUT"])
"""
FINDS_IT = """
import os, ray
before = os.getcwd(), dict(os.environ)
ray.init(namespace="shop", log_to_driver=False, logging_level="ERROR")
keeper = ray.get_actor("keeper")
ray.get(keeper.place.remote())
print("changed:", os.getcwd() != before[0], "RAYGEN_OUT" in os.environ, "MPLBACKEND" in os.environ)
ray.kill(keeper)
"""


def test_a_program_that_finds_a_runs_actor_is_left_as_it_is(ray_head):
    with RayJobs(ray_head.dashboard_url, ray_head.token) as jobs:
        run = Run(jobs, uuid.uuid4().hex)
        run.submit(LEAVES_AN_ACTOR.encode(), seconds=60, limit=1 << 20)
        while not (left := run.follow(0, 5)).final:
            pass

    printed = _printed_by_an_ordinary_job(FINDS_IT, ray_head)

    assert left.output == "True\n"
    assert "changed: False False False\n" in printed


def _printed_by_an_ordinary_job(code: str, head: RayHead) -> str:
    headers = {"Authorization": f"Bearer {head.token}"}
    with httpx.Client(base_url=head.dashboard_url, headers=headers, trust_env=False, timeout=60) as client:
        entrypoint = f"python -c {shlex.quote(code)}"
        job = client.post("/api/jobs/", json={"entrypoint": entrypoint}).raise_for_status().json()["submission_id"]
        while client.get(f"/api/jobs/{job}").json()["status"] in {"PENDING", "RUNNING"}:
            Event().wait(0.1)
        return client.get(f"/api/jobs/{job}/logs").json()["logs"]
