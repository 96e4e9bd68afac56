"""Stopping a run, against a cluster that speaks Ray's interface."""

from dataclasses import replace

from tests.agents.cluster.calls import JOB, RUN_ID, call
from tests.agents.cluster.packages import packed
from tests.fakes.object_store import FakeObjectStore
from tests.fakes.ray_jobs_api import FakeRayCluster

PROGRAM = "print('hello')\n"


def test_stopping_ends_the_run_and_leaves_the_output_to_who_follows(cluster, settings):
    cluster.on_submit = lambda cluster, name: cluster.write(name, "out", "tick\n")
    cluster.on_stop = lambda cluster, name: cluster.end(name, "stopped", code=-15)
    call(settings, code=PROGRAM, ray_cluster_ip=cluster.address, run_id=RUN_ID, wait_seconds=0)

    stopped = call(settings, "stop_ray_job", run_id=RUN_ID, ray_cluster_ip=cluster.address)
    after = call(settings, code="", run_id=RUN_ID, ray_cluster_ip=cluster.address)

    assert (stopped.status, stopped.output, stopped.log_offset) == ("stopped", "", 0)
    assert (after.status, after.output) == ("stopped", "tick\n")


def test_stopping_what_has_ended_changes_nothing(cluster, settings):
    call(settings, code=PROGRAM, ray_cluster_ip=cluster.address, run_id=RUN_ID)
    cluster.jobs[JOB].status = "SUCCEEDED"

    report = call(settings, "stop_ray_job", run_id=RUN_ID, ray_cluster_ip=cluster.address)

    assert report.status == "succeeded"
    assert not [path for _, path, _ in cluster.requests if path.endswith("/stop")]


def test_stopping_what_waits_for_room_ends_the_actor_that_would_start_it(cluster, settings):
    def wait_or_kill(cluster: FakeRayCluster, name: str) -> None:
        if name == JOB:
            cluster.jobs[name].status, cluster.jobs[name].driver_node_id = "PENDING", None
        else:
            cluster.jobs[JOB].status = "FAILED"

    cluster.on_submit = wait_or_kill
    call(settings, code=PROGRAM, ray_cluster_ip=cluster.address, run_id=RUN_ID, wait_seconds=0)

    report = call(settings, "stop_ray_job", run_id=RUN_ID, ray_cluster_ip=cluster.address)

    assert report.status == "stopped"
    [stopper] = [job for name, job in cluster.jobs.items() if name != JOB]
    assert stopper.entrypoint.endswith(f"stop {JOB}")


def test_a_run_that_is_stopped_before_it_came_can_start_no_more(cluster, settings):
    stopped = call(settings, "stop_ray_job", run_id=RUN_ID, ray_cluster_ip=cluster.address)
    late = call(settings, code=PROGRAM, ray_cluster_ip=cluster.address, run_id=RUN_ID)
    after = call(settings, code="", ray_cluster_ip=cluster.address, run_id=RUN_ID)

    assert [report.status for report in (stopped, late, after)] == ["stopped"] * 3
    assert "knew nothing of it" in stopped.notes[0]
    assert [job.entrypoint for job in cluster.jobs.values()] == ["true"]


def test_a_run_that_comes_while_it_is_stopped_is_stopped_like_any_other(cluster, settings):
    cluster.on_stop = lambda cluster, name: cluster.end(name, "stopped", code=-15)
    cluster.on_submit = lambda cluster, name: cluster.write(name, "out", "tick\n")
    call(settings, code=PROGRAM, ray_cluster_ip=cluster.address, run_id=RUN_ID, wait_seconds=0)
    cluster.fail("GET", f"/api/jobs/{JOB}", 404)

    stopped = call(settings, "stop_ray_job", run_id=RUN_ID, ray_cluster_ip=cluster.address)

    assert (stopped.status, stopped.exit_code) == ("stopped", -15)
    assert [path for _, path, _ in cluster.requests if path.endswith("/stop")] == [f"/api/jobs/{JOB}/stop"]


def test_a_run_that_is_stopped_while_its_files_are_fetched_never_starts(cluster, settings):
    files = packed({"a.csv": b"a"})
    with FakeObjectStore() as store:
        event = {"input_files": store.holds(*files).model_dump(mode="json"), "code": PROGRAM, "run_id": RUN_ID}
        store.on_request = lambda: call(settings, "stop_ray_job", run_id=RUN_ID, ray_cluster_ip=cluster.address)
        allowed = replace(settings, files_hosts=(store.host,))
        report = call(allowed, ray_cluster_ip=cluster.address, **event)

    assert report.status == "stopped"
    assert cluster.jobs[JOB].entrypoint == "true"
