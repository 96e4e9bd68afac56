"""Stopping a run, against a cluster that speaks Ray's interface."""

from tests.agents.cluster.calls import JOB, RUN_ID, call
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


def test_stopping_an_unknown_run_says_that_it_is_lost(cluster, settings):
    report = call(settings, "stop_ray_job", run_id="nobody", ray_cluster_ip=cluster.address)

    assert report.status == "lost"
