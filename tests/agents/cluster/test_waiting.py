"""What a run waits for, told once it has waited long, and what it leaves."""

import re
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.cluster.shortage import queueing, shortages
from agents.cluster.state import Demand
from tests.agents.cluster.calls import JOB, RUN_ID, call
from tests.fakes.ray_jobs_api import FakeRayCluster

AN_HOUR = 3600
LONG_AGO = int((time.time() - AN_HOUR) * 1000)
"""Milliseconds, and longer ago the later the test comes."""
MACHINE = {"state": "ALIVE", "resources_total": {"CPU": 4.0, "memory": 8 * 2.0**30, "node:10.0.0.1": 1.0}}
WIDE = {
    "type": "NORMAL_TASK",
    "name": "wide",
    "job_id": "0a000000",
    "state": "PENDING_NODE_ASSIGNMENT",
    "required_resources": {"CPU": 64.0},
    "creation_time_ms": LONG_AGO,
}
KEEPER = {
    "class_name": "Keeper",
    "name": "keeper",
    "ray_namespace": "shop",
    "job_id": "0a000000",
    "state": "ALIVE",
    "is_detached": True,
    "required_resources": {"CPU": 4.0},
}
BIG = Demand("task", "big", {"CPU": 64.0})


@pytest.fixture
def waiting(cluster: FakeRayCluster) -> FakeRayCluster:
    """A cluster on which every program runs, and has printed nothing for an hour."""

    def start(cluster: FakeRayCluster, name: str) -> None:
        cluster.jobs[name].job_id, cluster.jobs[name].start_time = "0a000000", LONG_AGO
        cluster.write(name, "start", sha256="0" * 64)

    cluster.on_submit = start
    cluster.states["nodes"] = [MACHINE]
    return cluster


def _notes(cluster, settings):
    report = call(settings, code="print(1)", ray_cluster_ip=cluster.address, run_id=RUN_ID, wait_seconds=0)
    assert report.status in {"running", "pending"}
    return report.notes


def test_what_no_machine_has_is_told(waiting, settings):
    waiting.states["tasks"] = [WIDE, WIDE]

    (note,) = _notes(waiting, settings)

    assert "the task wide (2 times) asks for 64 CPUs, and the largest machine has 4 CPUs" in note


def test_a_task_that_has_waited_for_a_moment_is_no_news(waiting, settings):
    waiting.states["tasks"] = [WIDE | {"creation_time_ms": int(time.time() * 1000)}]

    assert _notes(waiting, settings) == ()


def test_other_peoples_tasks_are_no_news(waiting, settings):
    waiting.states["tasks"] = [WIDE | {"job_id": "0b000000"}]

    assert _notes(waiting, settings) == ()


def test_tasks_that_wait_for_others_of_the_same_program_are_no_news(waiting, settings):
    small = WIDE | {"required_resources": {"CPU": 1.0}}
    waiting.states["tasks"] = [small, small | {"state": "RUNNING"}]

    assert _notes(waiting, settings) == ()


def test_a_program_whose_actors_hold_everything_is_told(waiting, settings):
    waiting.states["tasks"] = [WIDE | {"required_resources": {"CPU": 1.0}}]
    waiting.states["actors"] = [KEEPER]

    (note,) = _notes(waiting, settings)

    assert note.endswith("the cluster has 4 CPUs, and the program's own actors keep 4 CPUs.")


def test_a_job_that_has_not_started_says_what_it_waits_for(waiting, settings):
    def wait(cluster: FakeRayCluster, name: str) -> None:
        job = cluster.jobs[name]
        job.status, job.driver_node_id, job.start_time = "PENDING", None, LONG_AGO

    waiting.on_submit = wait

    (note,) = _notes(waiting, settings)

    told = re.match(r"It has been waiting for (\d+) s for the cluster to start it: ", note)
    assert told is not None
    assert int(told[1]) >= AN_HOUR


def test_a_cluster_that_does_not_tell_costs_the_note_alone(waiting, settings):
    waiting.states["tasks"] = [WIDE]
    for _ in range(9):
        waiting.fail("GET", "/api/v0/tasks", 500)

    assert _notes(waiting, settings) == ()


@pytest.mark.parametrize(("status", "told"), [("failed", True), ("stopped", True), ("succeeded", False)])
def test_detached_actors_that_live_on_are_told_unless_all_went_as_meant(waiting, settings, status, told):
    waiting.states["actors"] = [KEEPER]
    _notes(waiting, settings)
    waiting.end(JOB, status, code=0)

    report = call(settings, code="", ray_cluster_ip=waiting.address, run_id=RUN_ID)

    assert any("ray.kill(ray.get_actor('keeper', namespace='shop'))" in note for note in report.notes) is told


@pytest.mark.parametrize(
    ("resources", "machines", "words"),
    [
        ({"GPU": 1.0}, [{"CPU": 4.0}], "asks for 1 GPU, and no machine has a GPU"),
        ({"GPU": 4.0}, [{"GPU": 1.0}, {"GPU": 2.0}], "asks for 4 GPUs, and the largest machine has 2 GPUs"),
        ({"memory": 2.0**40}, [{"memory": 2.0**35}], "asks for 1.02e+03 GiB of memory, and the largest machine has 32"),
        ({"tpu-v5": 1.0}, [{"CPU": 1.0}], "asks for 1 of «tpu-v5», and no machine has «tpu-v5»"),
        ({"CPU": 2.0, "GPU": 1.0}, [{"CPU": 2.0}, {"GPU": 1.0}], "and no single machine has all of that"),
    ],
)
def test_what_is_lacking_is_said_in_words(resources, machines, words):
    (sentence,) = shortages([Demand("actor", "A", resources)], machines)

    assert words in sentence


def test_names_out_of_the_program_stay_short_and_visible():
    (sentence,) = shortages([Demand("task", "x\u202e\n" + "y" * 1000, {"CPU": 64.0})], [{"CPU": 1.0}])

    assert "\u202e" not in sentence
    assert "\n" not in sentence
    assert len(sentence) < 300


@given(
    st.lists(st.dictionaries(st.text(), st.floats(0, 1e12)), max_size=4), st.dictionaries(st.text(), st.floats(1, 1e12))
)
def test_what_some_machine_has_is_never_called_lacking(machines, resources):
    assert not shortages([Demand("task", "f", resources)], [*machines, resources])


def test_without_demands_there_is_nothing_to_say():
    assert shortages([], [{"CPU": 1.0}]) == shortages([BIG], []) == queueing([], [], {}) == ()
