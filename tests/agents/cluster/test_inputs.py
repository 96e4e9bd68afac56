"""Files that come with a run: what is fetched, from where, and what becomes of a run whose files cannot be had."""

from dataclasses import replace

import pytest

from agents.cluster.settings import ClusterSettings
from tests.agents.cluster.calls import JOB, RUN_ID, call
from tests.agents.cluster.packages import packed
from tests.fakes.object_store import FakeObjectStore
from tests.fakes.ray_jobs_api import FakeRayCluster

PROGRAM = "print(open('rows.csv').read())\n"
DATA, SHA256, *NAMES = packed({"rows.csv": b"a,b\n1,2\n"})
PACKAGE = f"raygen-inputs-{SHA256[:32]}.zip"


@pytest.fixture
def cluster():
    def succeed(cluster: FakeRayCluster, name: str) -> None:
        cluster.write(name, "start", sha256="0" * 64)
        cluster.end(name)

    with FakeRayCluster(on_submit=succeed) as cluster:
        yield cluster


@pytest.fixture
def store():
    with FakeObjectStore() as store:
        yield store


@pytest.fixture
def settings(cluster, store):
    return ClusterSettings(hosts=(cluster.address,), token=cluster.token, files_hosts=("b.example", store.host))


@pytest.fixture
def run(cluster, store, settings):
    """Run the program with files; `changes` are made to their reference."""
    files = store.holds(DATA, SHA256, *NAMES).model_dump(mode="json")

    def run(settings=settings, run_id=RUN_ID, **changes):
        reference = files | changes
        return call(settings, code=PROGRAM, ray_cluster_ip=cluster.address, run_id=run_id, input_files=reference)

    return run


def test_the_package_goes_to_the_cluster_and_every_node_of_the_job_gets_it(run, cluster):
    report = run()

    assert report.status == "succeeded"
    assert cluster.packages[PACKAGE] == DATA
    assert cluster.jobs[JOB].modules == [f"gcs://{PACKAGE}"]


def test_a_run_without_files_has_the_environment_that_all_such_runs_share(cluster, settings):
    call(settings, code=PROGRAM, ray_cluster_ip=cluster.address, run_id=RUN_ID)

    assert cluster.jobs[JOB].modules is None


def test_what_the_cluster_has_is_not_fetched_again(run, cluster, store):
    run()
    run(run_id="run-2")

    assert len(store.requests) == 1
    assert cluster.jobs["raygen-run-2"].modules == [f"gcs://{PACKAGE}"]


def test_a_repeated_call_finds_its_job_though_the_files_are_gone_by_now(run, cluster, store):
    first = run()
    cluster.packages.clear()
    store.objects.clear()

    assert run() == first


def test_a_run_with_files_is_not_given_to_a_warm_driver(run, cluster, settings):
    run(replace(settings, warm_drivers=1))

    assert not [name for name in cluster.packages if name.endswith("-offer.zip")]
    assert JOB in cluster.jobs


@pytest.mark.parametrize(
    "url",
    [
        "http://169.254.169.254/latest/meta-data",
        "https://elsewhere.example/x",
        "http://b.example/x",  # listed with encryption only
        "https://b.example:8443/x",
        "https://b.example@elsewhere.example/x",
        "https://user:pw@b.example/x",
        "https://elsewhere.example\\@b.example/x",
        "https://b.example.elsewhere.example/x",
        "ftp://b.example/x",
        "file:///etc/passwd",
        "/inputs/x.zip",
        "https://",
        "http://[::1",
        "not an address",
    ],
)
def test_an_address_that_is_not_on_the_operators_list_is_not_connected_to(run, cluster, store, url):
    report = run(url=url)

    assert (report.status, report.error.code) == ("rejected", "files_unavailable")
    assert (store.requests, cluster.jobs) == ([], {})


def test_without_a_list_nothing_is_fetched(run, settings, store):
    report = run(replace(settings, files_hosts=()))

    assert "RAYGEN_FILES_HOSTS" in report.error.message
    assert store.requests == []


def test_no_redirect_is_followed(run, cluster, store):
    store.answers, store.location = [307], f"{store.host}/elsewhere"

    report = run()

    assert report.error.code == "files_unavailable"
    assert len(store.requests) == 1
    assert cluster.jobs == {}


@pytest.mark.parametrize(
    ("answer", "code", "words"),
    [
        (403, "files_unavailable", "expired"),
        (404, "files_unavailable", "no longer kept"),
        (500, "files_unreachable", "try again"),
        (503, "files_unreachable", "try again"),
        (429, "files_unreachable", "try again"),
    ],
)
def test_a_store_that_does_not_give_the_files_out_means_that_nothing_ran(run, cluster, store, answer, code, words):
    store.answers = [answer]

    report = run()

    assert (report.status, report.error.code) == ("rejected", code)
    assert words in report.error.message
    assert cluster.jobs == {}


def test_what_was_refused_can_be_asked_for_again(run, store):
    store.answers = [503]
    refused = run()

    again = run()

    assert (refused.status, again.status) == ("rejected", "succeeded")


@pytest.mark.parametrize("changes", [{"sha256": "1" * 64}, {"size": len(DATA) - 1}])
def test_other_bytes_than_those_that_were_announced_are_not_run(run, cluster, changes):
    report = run(**changes)

    assert report.error.code == "files_unavailable"
    assert (cluster.packages, cluster.jobs) == ({}, {})


def test_a_store_that_nobody_runs_is_said_to_be_silent(run, settings, store):
    store.__exit__(None, None, None)
    try:
        report = run()
    finally:
        store.__enter__()

    assert report.error.code == "files_unreachable"


@pytest.mark.parametrize(
    "changes",
    [
        {"names": ["../rows.csv"]},
        {"names": ["a.csv", "a.csv"]},
        {"names": []},
        {"names": [".hidden"]},
        {"names": ["x" * 201]},
        {"size": 100 * 2**20},
        {"sha256": "A" * 64},
        {"more": 1},
    ],
)
def test_a_reference_that_is_none_is_refused(run, cluster, changes):
    report = run(**changes)

    assert (report.status, report.error.code) == ("rejected", "bad_request")
    assert cluster.requests == []


def test_the_address_is_in_no_message_and_no_representation(run, store):
    files = store.holds(DATA, SHA256, *NAMES)
    store.answers = [403]

    report = run()

    assert "X-Amz" not in report.model_dump_json()
    assert "X-Amz" not in repr(files)
