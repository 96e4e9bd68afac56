"""The pool of warm drivers against a cluster that speaks Ray's interface, with drivers that are late, deaf or dead."""

import json
import threading
from collections.abc import Iterator

import pytest

from agents.cluster.handler import fill_pools
from agents.cluster.jobs import RayJobs
from agents.cluster.settings import ClusterSettings
from agents.cluster.warm import WarmPool
from tests.agents.cluster.calls import JOB, RUN_ID, call
from tests.fakes.ray_jobs_api import FakeJob, FakeRayCluster

PROGRAM = "import ray\nray.init()\nprint('hello')\n"
NOT_WARMABLE = "print('hello')\n"


@pytest.fixture
def cluster() -> Iterator[FakeRayCluster]:
    with FakeRayCluster(on_submit=_run_cold) as cluster:
        yield cluster


@pytest.fixture
def settings(cluster: FakeRayCluster) -> ClusterSettings:
    return ClusterSettings(hosts=(cluster.address,), token=cluster.token, warm_drivers=1)


@pytest.fixture
def pool(cluster: FakeRayCluster, settings: ClusterSettings) -> Iterator[WarmPool]:
    with RayJobs(f"http://{cluster.address}", cluster.token) as jobs:
        yield WarmPool(jobs, settings.warm_drivers, settings.warm_idle_seconds)


def _run_cold(cluster: FakeRayCluster, name: str) -> None:
    if name == JOB:
        cluster.write(name, "out", "cold\n")
        cluster.end(name)


def _with_idle_driver(cluster: FakeRayCluster, pool: WarmPool) -> str:
    """A driver of the pool that has come up; its submission id."""
    pool.fill()
    carrier = max(cluster.jobs)
    cluster.packages[f"{carrier.rpartition('-')[0]}-idle.zip"] = carrier.encode()
    cluster.on_package = _take
    return carrier


def _slot(name: str) -> str | None:
    return name.removesuffix("-offer.zip") if name.endswith("-offer.zip") else None


def _take(cluster: FakeRayCluster, name: str) -> None:
    """Do with an offer what the driver does: run it, unless there is a job of its name."""
    slot = _slot(name)
    if slot is None:
        return
    carrier = cluster.packages.pop(f"{slot}-idle.zip").decode()
    run = json.loads(cluster.packages.pop(name))["submission_id"]
    if run not in cluster.jobs:
        cluster.jobs[run] = FakeJob(metadata={"raygen_carrier": carrier})
        cluster.jobs[carrier].metadata = {"raygen_run": run}
        cluster.write(run, "out", "warm\n")
        cluster.end(run)


def _submissions(cluster: FakeRayCluster) -> int:
    return sum(method == "POST" and path == "/api/jobs/" for method, path, _ in cluster.requests)


def test_switched_off_the_pool_asks_the_cluster_nothing(cluster):
    settings = ClusterSettings(hosts=(cluster.address,), token=cluster.token)

    report = call(settings, code=PROGRAM, ray_cluster_ip=cluster.address, run_id=RUN_ID)

    assert report.output == "cold\n"
    assert list(cluster.jobs) == [JOB]
    assert not [path for method, path, _ in cluster.requests if method == "GET" and "packages" in path]


@pytest.mark.parametrize("release", ["2.9.3", "2.9.0.dev0", "1.13.0", "", "latest"])
def test_no_driver_is_left_to_wait_where_rays_release_does_not_bear_it(cluster, settings, pool, release):
    cluster.release = release

    fill_pools(settings)
    report = call(settings, code=PROGRAM, ray_cluster_ip=cluster.address, run_id=RUN_ID)

    assert report.output == "cold\n"
    assert list(cluster.jobs) == [JOB]


@pytest.mark.parametrize("release", ["2.10.0", "2.60.0", "3.0.0.dev0"])
def test_drivers_wait_on_every_release_since(cluster, settings, release):
    cluster.release = release

    fill_pools(settings)

    assert len(cluster.jobs) == 1


def test_a_run_is_taken_by_an_idle_driver(cluster, settings, pool):
    carrier = _with_idle_driver(cluster, pool)

    report = call(settings, code=PROGRAM, ray_cluster_ip=cluster.address, run_id=RUN_ID)

    assert (report.status, report.output, report.job_id) == ("succeeded", "warm\n", JOB)
    assert cluster.jobs[JOB].metadata == {"raygen_carrier": carrier}


def test_the_offer_holds_the_program_byte_for_byte(cluster, settings, pool):
    _with_idle_driver(cluster, pool)
    offered = []

    def look_and_take(cluster: FakeRayCluster, name: str) -> None:
        if _slot(name):
            offered.append(json.loads(cluster.packages[name]))
        _take(cluster, name)

    cluster.on_package = look_and_take
    code = "import ray\r\nprint('ä\\n\U0001f600')"

    call(settings, code=code, ray_cluster_ip=cluster.address, run_id=RUN_ID)

    assert offered == [{"submission_id": JOB, "seconds": 3600.0, "limit": 1048576, "code": code}]


def test_what_a_warm_driver_cannot_honour_is_not_offered(cluster, settings, pool):
    _with_idle_driver(cluster, pool)

    report = call(settings, code=NOT_WARMABLE, ray_cluster_ip=cluster.address, run_id=RUN_ID)

    assert report.output == "cold\n"


def test_a_driver_that_took_another_run_leaves_this_one_to_the_cold_way(cluster, settings, pool):
    _with_idle_driver(cluster, pool)
    cluster.on_package = lambda cluster, name: cluster.packages.pop(f"{_slot(name)}-idle.zip", None)

    report = call(settings, code=PROGRAM, ray_cluster_ip=cluster.address, run_id=RUN_ID)

    assert (report.status, report.output) == ("succeeded", "cold\n")


def test_a_driver_that_has_died_is_not_waited_for(cluster, settings, pool, monkeypatch):
    monkeypatch.setattr("agents.cluster.warm._TAKE_SECONDS", 3600.0)
    carrier = _with_idle_driver(cluster, pool)
    cluster.on_package = lambda _cluster, _name: None
    cluster.jobs[carrier].status = "FAILED"

    report = call(settings, code=PROGRAM, ray_cluster_ip=cluster.address, run_id=RUN_ID)

    assert (report.status, report.output) == ("succeeded", "cold\n")
    assert carrier.removesuffix("1") + "2" in cluster.jobs


def test_a_driver_that_lives_and_does_not_answer_is_given_up(cluster, settings, pool, monkeypatch):
    monkeypatch.setattr("agents.cluster.warm._TAKE_SECONDS", 0.1)
    carrier = _with_idle_driver(cluster, pool)
    cluster.on_package = lambda _cluster, _name: None

    report = call(settings, code=PROGRAM, ray_cluster_ip=cluster.address, run_id=RUN_ID)

    assert (report.status, report.output) == ("succeeded", "cold\n")
    assert sorted(cluster.jobs) == [JOB, carrier]


def test_a_driver_that_is_slow_gets_the_run_all_the_same(cluster, settings, pool, monkeypatch):
    monkeypatch.setattr("agents.cluster.warm._DOUBT_SECONDS", 0.0)
    monkeypatch.setattr("agents.cluster.warm._TAKE_SECONDS", 3600.0)
    carrier = _with_idle_driver(cluster, pool)
    held: list[str] = []

    def take_late(cluster: FakeRayCluster, name: str) -> None:
        if _slot(name):
            held.append(name)
            threading.Timer(0.2, _take, (cluster, name)).start()

    cluster.on_package = take_late

    report = call(settings, code=PROGRAM, ray_cluster_ip=cluster.address, run_id=RUN_ID)

    assert (report.status, report.output, len(held)) == ("succeeded", "warm\n", 1)
    assert cluster.jobs[JOB].metadata == {"raygen_carrier": carrier}


def test_the_place_of_a_driver_is_free_before_it_has_noted_its_run(cluster, settings, pool):
    carrier = _with_idle_driver(cluster, pool)

    def take_without_a_note(cluster: FakeRayCluster, name: str) -> None:
        _take(cluster, name)
        cluster.jobs[carrier].metadata = None

    cluster.on_package = take_without_a_note

    call(settings, code=PROGRAM, ray_cluster_ip=cluster.address, run_id=RUN_ID)

    assert carrier.removesuffix("1") + "2" in cluster.jobs


def test_a_driver_that_takes_the_run_at_the_last_moment_is_the_only_one(cluster, settings, pool):
    carrier = _with_idle_driver(cluster, pool)
    held: list[str] = []

    def take_late(cluster: FakeRayCluster, name: str) -> None:
        if _slot(name):
            held.append(name)
        elif held:
            _take(cluster, held.pop())  # between the offer that was given up and the submission

    cluster.on_package = take_late

    report = call(settings, code=PROGRAM, ray_cluster_ip=cluster.address, run_id=RUN_ID)

    assert (report.status, report.output) == ("succeeded", "warm\n")
    assert cluster.jobs[JOB].metadata == {"raygen_carrier": carrier}


def test_a_repeated_run_id_finds_the_run_in_the_warm_driver_without_an_offer(cluster, settings, pool):
    _with_idle_driver(cluster, pool)
    first = call(settings, code=PROGRAM, ray_cluster_ip=cluster.address, run_id=RUN_ID)
    slot = max(name for name in cluster.jobs if name != JOB).rpartition("-")[0]
    cluster.packages[f"{slot}-idle.zip"] = b"the next one"
    before = len(cluster.requests)

    second = call(settings, code=PROGRAM, ray_cluster_ip=cluster.address, run_id=RUN_ID)

    assert second == first
    assert not [path for _, path, _ in cluster.requests[before:] if path.endswith("-offer.zip")]


@pytest.mark.parametrize("answer", ["lost before", "lost after", 500, 403])
def test_an_offer_without_an_answer_ends_in_one_job(cluster, settings, pool, answer):
    _with_idle_driver(cluster, pool)
    cluster.fail("PUT", "/api/packages/gcs/raygen-warm-", answer)

    report = call(settings, code=PROGRAM, ray_cluster_ip=cluster.address, run_id=RUN_ID)

    assert report.status == "succeeded"
    assert report.output in {"warm\n", "cold\n"}
    assert report.output == "warm\n" or cluster.jobs[JOB].metadata is None


def test_after_an_offer_nobody_says_that_nothing_was_started(cluster, settings, pool):
    _with_idle_driver(cluster, pool)
    cluster.on_package = lambda cluster, name: cluster.packages.pop(f"{_slot(name)}-idle.zip", None)
    for _ in range(3):
        cluster.fail("POST", "/api/jobs/", "lost before")

    report = call(settings, code=PROGRAM, ray_cluster_ip=cluster.address, run_id=RUN_ID, wait_seconds=0)

    assert report.status != "rejected"


def test_a_run_in_a_driver_that_has_died_is_no_longer_running(cluster, settings, pool):
    carrier = _with_idle_driver(cluster, pool)
    cluster.jobs[JOB] = FakeJob(metadata={"raygen_carrier": carrier})
    cluster.write(JOB, "out", "on\n")
    cluster.jobs[carrier].status, cluster.jobs[carrier].error_type = "FAILED", "JOB_SUPERVISOR_ACTOR_DIED"

    report = call(settings, code="", ray_cluster_ip=cluster.address, run_id=RUN_ID)

    assert (report.status, report.output) == ("lost", "on\n")


def test_a_run_is_stopped_through_the_job_that_carries_it(cluster, settings, pool):
    carrier = _with_idle_driver(cluster, pool)
    cluster.jobs[JOB] = FakeJob(metadata={"raygen_carrier": carrier})
    cluster.on_stop = lambda cluster, name: cluster.end(JOB, "stopped", code=-15) if name == carrier else None

    report = call(settings, "stop_ray_job", run_id=RUN_ID, ray_cluster_ip=cluster.address)

    assert report.status == "stopped"


@pytest.mark.parametrize("name", ["../../api/version", "raygen-warm/../x", "someone-elses-job", "raygen-" + "x" * 58])
def test_a_carrier_that_is_no_name_of_ours_is_never_asked_for(cluster, settings, name):
    cluster.jobs[JOB] = FakeJob(metadata={"raygen_carrier": name})
    cluster.end(JOB)

    call(settings, code="", ray_cluster_ip=cluster.address, run_id=RUN_ID)

    assert not [path for _, path, _ in cluster.requests if name in path]


def test_after_a_run_the_missing_driver_is_started_once(cluster, settings):
    call(settings, code=PROGRAM, ray_cluster_ip=cluster.address, run_id=RUN_ID)
    call(settings, code=PROGRAM, ray_cluster_ip=cluster.address, run_id=RUN_ID)

    [name] = [name for name in cluster.jobs if name != JOB]
    assert name.startswith("raygen-warm-")
    assert name.endswith("-0-1")
    assert cluster.jobs[name].entrypoint.startswith("python -m raygen_driver.warm --slot raygen-warm-")
    assert cluster.jobs[name].entrypoint.endswith(" --idle 600")


@pytest.mark.parametrize("change", [{"status": "SUCCEEDED"}, {"status": "FAILED"}, {"metadata": {"raygen_run": JOB}}])
def test_a_driver_that_ended_or_has_a_run_is_replaced(cluster, pool, change):
    carrier = _with_idle_driver(cluster, pool)
    vars(cluster.jobs[carrier]).update(change)

    pool.fill()
    pool.fill()

    assert sorted(cluster.jobs) == [carrier, carrier.removesuffix("1") + "2"]


def test_a_pool_of_three_has_three_places(cluster, settings):
    with RayJobs(f"http://{cluster.address}", cluster.token) as jobs:
        WarmPool(jobs, 3, 60).fill()

    assert [name[-4:] for name in sorted(cluster.jobs)] == ["-0-1", "-1-1", "-2-1"]


def test_the_pools_of_all_clusters_are_filled_before_the_first_run(cluster):
    with FakeRayCluster(token=cluster.token) as second:
        hosts = (cluster.address, "127.0.0.1:9", second.address)

        fill_pools(ClusterSettings(hosts=hosts, token=cluster.token, warm_drivers=1))

        assert [len(each.jobs) for each in (cluster, second)] == [1, 1]


@pytest.mark.parametrize("settings", [{"warm_drivers": 0}, {"token": ""}])
def test_no_driver_is_started_where_none_is_wanted_or_no_run_would_be(cluster, settings):
    fill_pools(ClusterSettings(**{"hosts": (cluster.address,), "token": cluster.token, "warm_drivers": 1} | settings))

    assert cluster.requests == []


def test_a_pool_that_cannot_be_filled_does_not_fail_the_run(cluster, settings):
    cluster.jobs[JOB] = FakeJob()
    cluster.end(JOB)
    for _ in range(9):
        cluster.fail("PUT", "/api/packages/", 500)

    report = call(settings, code="", ray_cluster_ip=cluster.address, run_id=RUN_ID)

    assert report.status == "succeeded"


@pytest.mark.parametrize("count", [0, 1, 2, 3, 4, 5, 7, 8, 9, 200])
def test_the_last_driver_is_found_with_few_questions(count):
    with FakeRayCluster() as cluster, RayJobs(f"http://{cluster.address}", cluster.token) as jobs:
        pool = WarmPool(jobs, 1, 60)
        pool.fill()
        slot = next(iter(cluster.jobs)).rpartition("-")[0]
        cluster.jobs.clear()
        cluster.jobs.update({f"{slot}-{number}": FakeJob(status="SUCCEEDED") for number in range(1, count + 1)})
        cluster.requests.clear()

        pool.fill()

        assert f"{slot}-{count + 1}" in cluster.jobs
        assert len(cluster.jobs) == count + 1
        assert len(cluster.requests) <= 2 * max(1, count).bit_length() + 6
