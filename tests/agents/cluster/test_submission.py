"""A run is submitted once, whatever becomes of the answer."""

import pytest

from tests.agents.cluster.calls import JOB, RUN_ID, call

PROGRAM = "print('hello')\n"


def test_the_code_is_in_the_package_and_nowhere_else(cluster, settings):
    call(settings, code="print('find me')", ray_cluster_ip=cluster.address, run_id=RUN_ID)

    job = cluster.jobs[JOB]
    assert job.working_dir == f"gcs://{next(iter(cluster.packages))}"
    assert "find me" not in job.entrypoint


def test_without_a_run_id_each_call_is_a_run_of_its_own(cluster, settings):
    first = call(settings, code=PROGRAM, ray_cluster_ip=cluster.address)
    second = call(settings, code=PROGRAM, ray_cluster_ip=cluster.address)

    assert first.job_id != second.job_id
    assert len(cluster.jobs) == 2


def test_a_repeated_run_id_finds_the_first_job(cluster, settings):
    first = call(settings, code=PROGRAM, ray_cluster_ip=cluster.address, run_id=RUN_ID)
    second = call(settings, code=PROGRAM, ray_cluster_ip=cluster.address, run_id=RUN_ID)

    assert first == second
    assert list(cluster.jobs) == [JOB]


@pytest.mark.parametrize("answer", ["lost after", "lost before", 500, 503])
def test_a_lost_answer_to_the_submission_ends_in_one_job(cluster, settings, answer):
    cluster.fail("POST", "/api/jobs/", answer)

    report = call(settings, code=PROGRAM, ray_cluster_ip=cluster.address, run_id=RUN_ID)

    assert report.status == "succeeded"
    assert list(cluster.jobs) == [JOB]


def test_a_submission_of_unknown_outcome_is_not_final(cluster, settings):
    for _ in range(3):
        cluster.fail("POST", "/api/jobs/", "lost after")
    for _ in range(10):
        cluster.fail("GET", "/api/jobs/", 500)

    report = call(settings, code=PROGRAM, ray_cluster_ip=cluster.address, run_id=RUN_ID)

    assert not report.final
    assert report.error is not None
    assert report.error.code == "cluster_unreachable"


@pytest.mark.parametrize("path", ["/api/packages/", "/api/jobs/"])
def test_a_429_is_no_refusal_of_the_program(cluster, settings, path):
    method = "PUT" if path == "/api/packages/" else "POST"
    cluster.fail(method, path, 429)

    first = call(settings, code=PROGRAM, ray_cluster_ip=cluster.address, run_id=RUN_ID)
    second = call(settings, code=PROGRAM, ray_cluster_ip=cluster.address, run_id=RUN_ID)

    assert first.error is None or first.error.code == "cluster_unreachable"
    assert second.status == "succeeded"
    assert list(cluster.jobs) == [JOB]
