"""Clusters that do not answer, or do not want to."""

import pytest

from agents.cluster.settings import ClusterSettings
from tests.agents.cluster.calls import RUN_ID, call

PROGRAM = "print('hello')\n"


def test_a_cluster_that_is_down_before_the_submission_rejects(settings):
    settings = ClusterSettings(hosts=("127.0.0.1:1",), token="t")

    report = call(settings, code=PROGRAM, ray_cluster_ip="127.0.0.1:1", run_id=RUN_ID)

    assert report.status == "rejected"
    assert report.error is not None
    assert report.error.code == "cluster_unreachable"


@pytest.mark.parametrize("event", [{"code": ""}, {"code": PROGRAM, "log_offset": 7}])
def test_a_cluster_that_is_down_later_leaves_the_run_running(event):
    settings = ClusterSettings(hosts=("127.0.0.1:1",), token="t")

    report = call(settings, ray_cluster_ip="127.0.0.1:1", run_id=RUN_ID, **event)

    assert (report.status, report.log_offset) == ("running", event.get("log_offset", 0))
    assert report.error is not None
    assert report.error.code == "cluster_unreachable"


@pytest.mark.parametrize(("code", "status"), [(PROGRAM, "rejected"), ("", "running")])
def test_a_wrong_token_is_refused_without_a_word_of_it(cluster, settings, code, status):
    cluster.token = "another"

    report = call(settings, code=code, ray_cluster_ip=cluster.address, run_id=RUN_ID)

    assert report.status == status
    assert report.error is not None
    assert report.error.code == "cluster_refused"
    assert settings.token not in report.model_dump_json()


def test_a_redirect_is_not_followed(cluster, settings):
    cluster.fail("PUT", "/api/packages/", 307)

    report = call(settings, code=PROGRAM, ray_cluster_ip=cluster.address, run_id=RUN_ID)

    assert report.error is not None
    assert (report.status, report.error.code) == ("rejected", "cluster_refused")
    assert not cluster.jobs


def test_without_a_token_the_cluster_has_to_be_allowed_open(cluster):
    cluster.token = ""
    closed = ClusterSettings(hosts=(cluster.address,))
    allowed = ClusterSettings(hosts=(cluster.address,), allow_open_cluster=True)

    refused = call(closed, code=PROGRAM, ray_cluster_ip=cluster.address)
    accepted = call(allowed, code=PROGRAM, ray_cluster_ip=cluster.address)

    assert (refused.status, accepted.status) == ("rejected", "succeeded")
    assert all("Authorization" not in headers for _, _, headers in cluster.requests)
