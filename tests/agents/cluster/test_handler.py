"""The Lambda against a cluster that speaks Ray's interface, lost answers and dead machines included."""

from collections.abc import Iterator

import pytest

from agents.cluster.handler import handler, tool_name
from agents.cluster.settings import ClusterSettings
from tests.agents.cluster.calls import JOB, RUN_ID, call, context
from tests.fakes.ray_jobs_api import FakeRayCluster

PROGRAM = "print('hello')\n"


@pytest.fixture
def cluster() -> Iterator[FakeRayCluster]:
    with FakeRayCluster(on_submit=_run_and_succeed) as cluster:
        yield cluster


@pytest.fixture
def settings(cluster: FakeRayCluster) -> ClusterSettings:
    return ClusterSettings(hosts=(cluster.address,), token=cluster.token)


def _run_and_succeed(cluster: FakeRayCluster, name: str) -> None:
    cluster.write(name, "start", sha256="0" * 64)
    cluster.write(name, "out", "hello\n")
    cluster.end(name)


def test_a_program_is_run_and_its_output_returned(cluster, settings):
    report = call(settings, code=PROGRAM, ray_cluster_ip=cluster.address, run_id=RUN_ID)

    assert (report.status, report.output, report.exit_code) == ("succeeded", "hello\n", 0)
    assert report.job_id == JOB
    assert report.dashboard_url == f"http://{cluster.address}/#/jobs/{JOB}"
    assert report.code_sha256 == "0" * 64


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


def test_following_never_submits(cluster, settings):
    report = call(settings, code="", ray_cluster_ip=cluster.address, run_id=RUN_ID)

    assert report.status == "lost"
    assert not cluster.jobs
    assert {method for method, _, _ in cluster.requests} == {"GET"}


def test_output_is_returned_once_whoever_follows(cluster, settings):
    cluster.on_submit = lambda cluster, name: cluster.write(name, "out", "one\n")
    first = call(settings, code=PROGRAM, ray_cluster_ip=cluster.address, run_id=RUN_ID, wait_seconds=0)
    cluster.write(JOB, "out", "two\n")
    cluster.end(JOB)

    second = call(settings, code="", ray_cluster_ip=cluster.address, run_id=RUN_ID, log_offset=first.log_offset)

    assert (first.status, first.output) == ("running", "one\n")
    assert (second.status, second.output) == ("succeeded", "two\n")


def test_more_records_than_one_portion_are_all_read(cluster, settings):
    def many(cluster: FakeRayCluster, name: str) -> None:
        for number in range(3000):
            cluster.write(name, "out", f"line {number}\n")
        cluster.end(name)

    cluster.on_submit = many

    report = call(settings, code=PROGRAM, ray_cluster_ip=cluster.address, run_id=RUN_ID)

    assert report.output == "".join(f"line {number}\n" for number in range(3000))


def test_rays_own_lines_are_not_in_the_output(cluster, settings):
    def noisy(cluster: FakeRayCluster, name: str) -> None:
        cluster.write(name, "ray", "INFO Connected to Ray cluster\n")
        cluster.write(name, "wout", "mine\n", pid=1)
        cluster.write(name, "diag", "raylet says\n")
        cluster.write(name, "progress", "50 %\n")
        cluster.end(name)

    cluster.on_submit = noisy

    report = call(settings, code=PROGRAM, ray_cluster_ip=cluster.address, run_id=RUN_ID)

    assert report.output == "mine\n"


def test_left_out_lines_are_said(cluster, settings):
    def long(cluster: FakeRayCluster, name: str) -> None:
        cluster.write(name, "out", "first\n")
        cluster.write(name, "gap", lines=1234, bytes=99999)
        cluster.write(name, "out", "last\n")
        cluster.end(name)

    cluster.on_submit = long

    report = call(settings, code=PROGRAM, ray_cluster_ip=cluster.address, run_id=RUN_ID)

    assert report.truncated
    assert report.output == "first\n\n[… 1,234 lines were left out …]\nlast\n"


def test_a_job_without_a_node_is_pending(cluster, settings):
    def wait(cluster: FakeRayCluster, name: str) -> None:
        cluster.jobs[name].status, cluster.jobs[name].driver_node_id = "PENDING", None

    cluster.on_submit = wait

    report = call(settings, code=PROGRAM, ray_cluster_ip=cluster.address, run_id=RUN_ID, wait_seconds=0)

    assert report.status == "pending"


@pytest.mark.parametrize(
    ("error_type", "started", "expected"),
    [
        ("RUNTIME_ENV_SETUP_FAILURE", False, "could_not_start"),
        ("JOB_SUPERVISOR_ACTOR_START_TIMEOUT", False, "could_not_start"),
        ("JOB_ENTRYPOINT_COMMAND_START_ERROR", False, "could_not_start"),
        ("JOB_ENTRYPOINT_COMMAND_ERROR", False, "could_not_start"),
        ("JOB_ENTRYPOINT_COMMAND_ERROR", True, "failed"),
        ("JOB_SUPERVISOR_ACTOR_DIED", True, "lost"),
        (None, True, "failed"),
    ],
)
def test_a_job_that_ended_without_an_exit_record_is_told_by_what_ray_says(
    cluster, settings, error_type, started, expected
):
    def fail(cluster: FakeRayCluster, name: str) -> None:
        job = cluster.jobs[name]
        job.status, job.error_type = "FAILED", error_type
        if started:
            cluster.write(name, "start", sha256="0" * 64)

    cluster.on_submit = fail

    report = call(settings, code=PROGRAM, ray_cluster_ip=cluster.address, run_id=RUN_ID)

    assert report.status == expected
    assert report.error is not None


@pytest.mark.parametrize("status", ["timed_out", "output_limit", "failed", "stopped"])
def test_the_exit_record_decides_how_the_run_ended(cluster, settings, status):
    cluster.on_submit = lambda cluster, name: cluster.end(name, status, code=1)

    report = call(settings, code=PROGRAM, ray_cluster_ip=cluster.address, run_id=RUN_ID)

    assert (report.status, report.exit_code) == (status, 1)
    assert (report.error is None) == (status == "stopped")


def test_a_signal_is_named(cluster, settings):
    cluster.on_submit = lambda cluster, name: cluster.end(name, "failed", code=-11)

    report = call(settings, code=PROGRAM, ray_cluster_ip=cluster.address, run_id=RUN_ID)

    assert report.error is not None
    assert "SIGSEGV" in report.error.message


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


def test_what_the_policy_denies_is_never_sent(cluster, settings):
    report = call(settings, code="import os\nos.system('ls')\n", ray_cluster_ip=cluster.address)

    assert report.error is not None
    assert (report.status, report.error.code) == ("rejected", "policy")
    assert "Line 2" in report.error.message
    assert not cluster.requests


def test_a_syntax_error_is_shown_as_python_shows_it(cluster, settings):
    report = call(settings, code='import ray\nray.init()\nprint("oops"\n', ray_cluster_ip=cluster.address)

    assert report.error is not None
    assert (report.status, report.error.code) == ("rejected", "syntax")
    assert "line 3" in report.error.message
    assert report.output.startswith('  File "program.py", line 3\n    print("oops"\n')
    assert not cluster.requests


def test_the_requests_are_honest_about_who_sends_them(cluster, settings):
    call(settings, code=PROGRAM, ray_cluster_ip=cluster.address)

    agents = {headers["User-Agent"] for _, _, headers in cluster.requests}
    assert len(agents) == 1
    assert "Mozilla" not in agents.pop()


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


@pytest.mark.parametrize(
    "event",
    [
        {},
        {"code": PROGRAM},
        {"code": 7, "ray_cluster_ip": "h"},
        {"code": PROGRAM, "ray_cluster_ip": None},
        {"code": PROGRAM, "ray_cluster_ip": "h", "run_id": "UPPER"},
        {"code": PROGRAM, "ray_cluster_ip": "h", "run_id": "a/b"},
        {"code": PROGRAM, "ray_cluster_ip": "h", "run_id": "x" * 58},
        {"code": PROGRAM, "ray_cluster_ip": "h", "run_id": 7},
        {"code": PROGRAM, "ray_cluster_ip": "h", "wait_seconds": "soon"},
        {"code": PROGRAM, "ray_cluster_ip": "h", "wait_seconds": True},
        {"code": PROGRAM, "ray_cluster_ip": "h", "wait_seconds": float("nan")},
        {"code": PROGRAM, "ray_cluster_ip": "h", "log_offset": -1},
        {"code": PROGRAM, "ray_cluster_ip": "h", "shell": "yes"},
        {"code": "", "ray_cluster_ip": "h"},
        {"code": " \n", "ray_cluster_ip": "h"},
        {"code": "x = '\ud800'", "ray_cluster_ip": "h"},
        {"code": "x = 1\x00", "ray_cluster_ip": "h"},
        {"code": "#" * 1_048_577, "ray_cluster_ip": "h"},
        {"code": "(" * 5000 + ")" * 5000, "ray_cluster_ip": "h"},
        {"code": PROGRAM, "ray_cluster_ip": "elsewhere.invalid"},
    ],
)
def test_bad_input_is_a_report_with_a_sentence(settings, event):
    report = call(settings, **event)

    assert report.status == "rejected"
    assert report.error is not None
    assert report.error.message.endswith(".")


def test_an_unknown_tool_is_a_report(settings):
    report = call(settings, "drop_tables")

    assert (report.status, report.error is not None) == ("rejected", True)


@pytest.mark.parametrize("nameless", [None, object(), context("")])
def test_a_context_without_a_tool_is_no_tool(nameless):
    assert tool_name(nameless) == ""


def test_the_entry_answers_with_json_values(monkeypatch, cluster):
    monkeypatch.setenv("RAYGEN_CLUSTER_HOSTS", cluster.address)
    monkeypatch.setenv("RAYGEN_RAY_TOKEN", cluster.token)

    answer = handler({"code": PROGRAM, "ray_cluster_ip": cluster.address}, context("validate_ray_code"))

    assert (answer["status"], answer["output"], answer["error"]) == ("succeeded", "hello\n", None)
