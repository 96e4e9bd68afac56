"""The Lambda against a cluster that speaks Ray's interface, lost answers and dead machines included."""

import pytest

from agents.cluster.handler import handler, tool_name
from tests.agents.cluster.calls import JOB, RUN_ID, call, context
from tests.fakes.ray_jobs_api import NODE_ID, FakeRayCluster

PROGRAM = "print('hello')\n"


def test_a_program_is_run_and_its_output_returned(cluster, settings):
    report = call(settings, code=PROGRAM, ray_cluster_ip=cluster.address, run_id=RUN_ID)

    assert (report.status, report.output, report.exit_code) == ("succeeded", "hello\n", 0)
    assert report.job_id == JOB
    assert report.dashboard_url == f"http://{cluster.address}/#/jobs/{JOB}"
    assert report.code_sha256 == "0" * 64


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


@pytest.mark.parametrize(("ended", "status"), [(False, "running"), (True, "succeeded")])
def test_a_run_of_whose_job_ray_says_nothing_is_followed_by_its_record(cluster, settings, ended, status):
    cluster.on_submit = lambda cluster, name: cluster.write(name, "out", "one\n")
    call(settings, code=PROGRAM, ray_cluster_ip=cluster.address, run_id=RUN_ID, wait_seconds=0)
    if ended:
        cluster.end(JOB)
    cluster.states["nodes"] = [{"node_id": "e" * 56, "state": "ALIVE"}, {"node_id": NODE_ID, "state": "ALIVE"}]
    cluster.fail("GET", f"/api/jobs/{JOB}", "lost before")

    report = call(settings, code="", ray_cluster_ip=cluster.address, run_id=RUN_ID, wait_seconds=0)

    assert (report.status, report.output) == (status, "one\n")


@pytest.mark.parametrize("answer", ["lost before", 500])
def test_a_run_of_whose_job_ray_says_nothing_any_more_is_followed_on_by_its_record(cluster, settings, answer):
    cluster.on_submit = lambda cluster, name: cluster.write(name, "out", "one\n")
    call(settings, code=PROGRAM, ray_cluster_ip=cluster.address, run_id=RUN_ID, wait_seconds=0)
    cluster.states["nodes"] = [{"node_id": NODE_ID, "state": "ALIVE"}]
    cluster.jobs[JOB].driver_node_id = None  # so that it is asked for again at once
    cluster.fail("GET", f"/api/jobs/{JOB}", answer, after=1)

    report = call(settings, code="", ray_cluster_ip=cluster.address, run_id=RUN_ID, wait_seconds=5)

    assert (report.status, report.output, report.error) == ("running", "one\n", None)


def test_a_run_that_is_nowhere_on_record_and_of_which_ray_says_nothing_is_unreachable(cluster, settings):
    cluster.fail("GET", f"/api/jobs/{JOB}", "lost before")

    report = call(settings, code="", ray_cluster_ip=cluster.address, run_id=RUN_ID, wait_seconds=0)

    assert report.error.code == "cluster_unreachable"


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
