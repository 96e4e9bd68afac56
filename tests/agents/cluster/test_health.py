"""How a cluster is, as it says itself."""

import pytest

from agents.cluster.handler import description, handler
from agents.cluster.settings import ClusterSettings
from agents.wire import ClusterHealth
from tests.agents.cluster.calls import context


def machine(state="ALIVE", **resources):
    return {"state": state, "resources_total": resources}


def job(submission_id, status="RUNNING"):
    return {"submission_id": submission_id, "status": status, "entrypoint": "python x.py"}


def ask(settings, cluster):
    return description({"ray_cluster_ip": cluster.address}, settings)


def test_its_machines_and_what_of_them_is_in_use_are_told(cluster, settings):
    cluster.states["nodes"] = [machine(CPU=8.0, GPU=2.0, memory=2.0**30), machine(CPU=4.0), machine("DEAD", CPU=64.0)]
    cluster.usage = {"CPU": [3.5, 12.0], "GPU": [1.0, 2.0], "memory": [0.0, 2.0**30]}

    report = ask(settings, cluster)

    assert report.health == ClusterHealth(nodes=2, cpus=12, gpus=2, cpus_used=3.5, gpus_used=1, jobs=0)
    assert {method for method, _, _ in cluster.requests} == {"GET"}


def test_jobs_that_run_are_counted_and_warm_drivers_are_not(cluster, settings):
    names = ["raygen-run-1", "raygen-warm-1a2b3c4d-0-1", None, "somebodys"]
    cluster.states["jobs"] = [*map(job, names), job("raygen-run-0", "SUCCEEDED")]

    assert ask(settings, cluster).health.jobs == 3


def test_a_head_without_an_autoscaler_does_not_say_what_is_in_use(cluster, settings):
    cluster.states["nodes"] = [machine(CPU=4.0)]

    health = ask(settings, cluster).health

    assert (health.cpus, health.cpus_used) == (4.0, None)
    assert (health.gpus, health.gpus_used) == (0.0, 0.0)


def test_a_report_of_the_load_that_cannot_be_had_leaves_the_rest(cluster, settings):
    cluster.states["nodes"] = [machine(CPU=4.0)]
    cluster.fail("GET", "/api/cluster_status", 500)

    assert ask(settings, cluster).health == ClusterHealth(nodes=1, cpus=4, gpus=0, gpus_used=0, jobs=0)


@pytest.mark.parametrize(
    "usage", [{"CPU": "all"}, {"CPU": []}, {"CPU": [-1, 4]}, {"CPU": [True, 4]}, {"CPU": [float("nan"), 4]}, ["CPU"]]
)
def test_what_is_no_amount_is_not_told(cluster, settings, usage):
    cluster.states["nodes"] = [machine(CPU=4.0)]
    cluster.usage = usage

    assert ask(settings, cluster).health.cpus_used is None


def test_more_in_use_than_there_is_counts_as_all(cluster, settings):
    cluster.states["nodes"] = [machine(CPU=4.0)]
    cluster.usage = {"CPU": [9.0, 12.0]}  # the report is a few seconds older than the list of machines

    assert ask(settings, cluster).health.cpus_used == 4.0


def test_a_cluster_that_is_not_on_the_operators_list_is_not_asked(cluster, settings):
    report = description({"ray_cluster_ip": cluster.address}, ClusterSettings(hosts=("10.9.9.9",), token="t"))

    assert (report.health, report.error.code) == (None, "cluster_refused")
    assert not cluster.requests


def test_without_a_token_a_cluster_is_asked_only_where_that_was_allowed(cluster):
    report = description({"ray_cluster_ip": cluster.address}, ClusterSettings(hosts=(cluster.address,)))

    assert report.error.code == "cluster_refused"
    assert not cluster.requests


@pytest.mark.parametrize(
    ("answer", "code"),
    [
        (401, "cluster_refused"),
        (404, "cluster_refused"),
        (500, "cluster_unreachable"),
        ("lost before", "cluster_unreachable"),
    ],
)
def test_a_cluster_that_does_not_answer_is_an_error_with_a_sentence(cluster, settings, answer, code):
    cluster.fail("GET", "/api/v0/nodes", answer)

    report = ask(settings, cluster)

    assert (report.health, report.error.code) == (None, code)
    assert report.error.message.endswith(".")


@pytest.mark.parametrize("event", [{}, {"ray_cluster_ip": 7}, {"ray_cluster_ip": "h", "code": "x"}])
def test_arguments_that_are_not_right_are_refused(settings, event):
    assert description(event, settings).error.code == "bad_request"


def test_it_is_a_tool_of_the_lambda(cluster, monkeypatch):
    monkeypatch.setenv("RAYGEN_CLUSTER_HOSTS", cluster.address)
    monkeypatch.setenv("RAYGEN_RAY_TOKEN", cluster.token)
    cluster.states["nodes"] = [machine(CPU=4.0)]

    answer = handler({"ray_cluster_ip": cluster.address}, context("describe_ray_cluster"))

    assert answer["health"]["nodes"] == 1
    assert answer["error"] is None
