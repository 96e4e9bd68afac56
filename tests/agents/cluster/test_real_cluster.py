"""How runs end on a real cluster."""

import hashlib
import json
import uuid
from dataclasses import replace

import httpx
import pytest

from agents.cluster.handler import description
from agents.cluster.jobs import RayJobs
from agents.cluster.policy.rules import APPROVALS
from agents.cluster.runs import Run
from agents.cluster.settings import ClusterSettings
from agents.wire import JobReport
from sandbox.ray_head import RayHead
from tests.agents.cluster.calls import call, follow_to_the_end

pytestmark = [pytest.mark.ray, pytest.mark.usefixtures("unscreened")]


@pytest.fixture
def settings(ray_head: RayHead) -> ClusterSettings:
    return ClusterSettings(
        hosts=(ray_head.address,),
        token=ray_head.token,
        run_timeout_seconds=120,
        policy_allow_rules=tuple(APPROVALS),
    )


@pytest.fixture
def run_id() -> str:
    return uuid.uuid4().hex


def _run(settings: ClusterSettings, code: str) -> tuple[JobReport, str]:
    return follow_to_the_end(settings, settings.hosts[0], code, uuid.uuid4().hex)


def test_a_head_says_how_it_is(settings):
    _run(settings, "print('a head answers before it has a machine')")

    health = description({"ray_cluster_ip": settings.hosts[0]}, settings).health

    assert health.nodes == 1
    assert health.cpus >= 1
    assert health.cpus_used is None or 0 <= health.cpus_used <= health.cpus


CRLF = "print('ä')\r\nif True:\r\n\tprint('\\\\n')\r\n"


@pytest.mark.parametrize("code", [CRLF, "print(2)", "# ends without a newline\nprint('$5 `ls`')"])
def test_the_executed_file_is_the_given_one_byte_for_byte(settings, code):
    report, output = _run(settings, code)

    assert report.status == "succeeded"
    assert report.code_sha256 == hashlib.sha256(code.encode()).hexdigest()
    assert output


def test_the_program_is_main_in_a_directory_of_its_own(settings):
    code = "import os, sys\nprint(__name__, os.path.basename(__file__), os.listdir('.'), sys.argv)\n"

    _, output = _run(settings, code)

    assert output == "__main__ program.py ['program.py'] ['program.py']\n"


def test_driver_and_workers_share_the_directory(settings):
    code = (
        "import ray\nray.init()\n@ray.remote\ndef f():\n    open('from_worker.txt', 'w').write('written')\n"
        "ray.get(f.remote())\nprint(open('from_worker.txt').read())\n"
    )

    report, output = _run(settings, code)

    assert (report.status, output) == ("succeeded", "written\n")


def test_a_failure_has_its_exit_code_and_the_users_frames(settings):
    code = "import ray\n\n@ray.remote\ndef f():\n    return 1 / 0\n\nray.get(f.remote())\n"

    report, output = _run(settings, code)

    assert (report.status, report.exit_code) == ("failed", 1)
    assert report.traceback is not None
    assert 'File "program.py", line 7, in <module>' in report.traceback
    assert 'File "program.py", line 5, in f' in report.traceback
    assert report.traceback.endswith("ZeroDivisionError: division by zero")
    assert "site-packages" not in report.traceback
    assert output.endswith("ZeroDivisionError: division by zero\n")


@pytest.mark.parametrize(("code", "exit_code"), [("import sys\nsys.exit(3)\n", 3), ("import os\nos._exit(7)\n", 7)])
def test_an_exit_code_is_the_programs_own(settings, code, exit_code):
    report, _ = _run(settings, code)

    assert (report.status, report.exit_code) == ("failed", exit_code)


def test_a_segmentation_fault_is_a_failure_with_a_name(settings):
    report, output = _run(settings, "import os, signal\nprint('before')\nos.kill(os.getpid(), signal.SIGSEGV)\n")

    assert (report.status, report.exit_code, output) == ("failed", -11, "before\n")
    assert report.error is not None
    assert "SIGSEGV" in report.error.message


def test_the_deadline_is_kept_on_the_cluster(settings):
    report, output = _run(
        replace(settings, run_timeout_seconds=2), "import time\nprint('on')\nwhile True:\n    time.sleep(1)\n"
    )

    assert (report.status, output) == ("timed_out", "on\n")
    assert report.seconds is not None
    assert report.seconds >= 2


def test_a_program_that_ignores_its_end_is_killed(settings):
    code = "import signal, time\nsignal.signal(signal.SIGTERM, signal.SIG_IGN)\nwhile True:\n    time.sleep(1)\n"

    report, _ = _run(replace(settings, run_timeout_seconds=1), code)

    assert (report.status, report.exit_code) == ("timed_out", -9)


def test_an_endless_printer_is_ended(settings):
    report, output = _run(
        replace(settings, output_limit_bytes=10_000), "n = 0\nwhile True:\n    n += 1\n    print(n)\n"
    )

    assert (report.status, report.truncated) == ("output_limit", True)
    assert output.startswith("1\n2\n")
    assert len(output) < 11_000


def test_of_much_output_the_first_and_the_last_part_are_kept(settings):
    code = "for n in range(500):\n    print(f'{n:05d}')\n"

    report, output = _run(replace(settings, output_limit_bytes=1000), code)

    assert (report.status, report.truncated) == ("succeeded", True)
    assert output.startswith("00000\n")
    assert output.endswith("00499\n")
    assert "lines were left out" in output


def test_a_line_of_ten_megabytes_is_survived(settings):
    report, output = _run(settings, "print('x' * 10_000_000)\nprint('end')\n")

    assert (report.status, report.truncated) == ("succeeded", True)
    assert output.endswith("end\n")
    assert len(output) < 1_100_000


def test_a_program_cannot_forge_the_wrappers_records(settings):
    forged = json.dumps({"o": 0, "t": 1, "s": 0, "k": "exit", "x": "", "status": "failed", "code": 9})

    report, output = _run(settings, f"import sys\nprint({forged!r})\nprint({forged!r}, file=sys.stderr)\n")

    assert (report.status, report.exit_code) == ("succeeded", 0)
    assert output == f"{forged}\n{forged}\n"


def test_nothing_is_lost_when_the_program_hangs_up_after_a_burst(settings):
    code = (
        "import ray\nray.init()\n@ray.remote\ndef f():\n    for n in range(3000):\n        print('line', n)\n"
        "ray.get(f.remote())\nray.shutdown()\nprint('over')\n"
    )

    _, output = _run(settings, code)

    assert sorted(output.splitlines()) == sorted([*(f"line {n}" for n in range(3000)), "over"])


def test_a_program_that_changes_its_directory_first_loses_no_line(settings):
    code = (
        "import os\nos.makedirs('below')\nos.chdir('below')\nimport ray\n"
        "@ray.remote\ndef f():\n    print('from the worker')\nray.get(f.remote())\n"
    )

    _, output = _run(settings, code)

    assert output == "from the worker\n"


def test_a_repeated_run_id_runs_once(settings, run_id, ray_head):
    code = "print('once')\n"

    first, _ = follow_to_the_end(settings, ray_head.address, code, run_id)
    second = call(settings, code=code, ray_cluster_ip=ray_head.address, run_id=run_id)

    assert (first.status, second.status) == ("succeeded", "succeeded")
    assert second.output == "once\n"


def test_a_program_is_stopped_and_says_its_last_words(settings, run_id, ray_head):
    code = "import time\nprint('on', flush=True)\ntry:\n    time.sleep(60)\nfinally:\n    print('tidied up')\n"
    code = "import signal, sys\nsignal.signal(signal.SIGTERM, lambda *_: sys.exit(1))\n" + code
    started = call(settings, code=code, ray_cluster_ip=ray_head.address, run_id=run_id, wait_seconds=20)

    stopped = call(settings, "stop_ray_job", ray_cluster_ip=ray_head.address, run_id=run_id)
    after = call(settings, code="", ray_cluster_ip=ray_head.address, run_id=run_id, log_offset=started.log_offset)

    assert (started.status, started.output) == ("running", "on\n")
    assert stopped.status == "stopped"
    assert (after.status, after.output) == ("stopped", "tidied up\n")


def test_a_run_is_stopped_before_it_started(settings, run_id, ray_head):
    call(settings, code="import time\ntime.sleep(60)\n", ray_cluster_ip=ray_head.address, run_id=run_id, wait_seconds=0)

    stopped = call(settings, "stop_ray_job", ray_cluster_ip=ray_head.address, run_id=run_id)

    assert stopped.status == "stopped"


def test_a_run_that_is_stopped_before_it_came_never_starts(settings, run_id, ray_head, tmp_path):
    trace = tmp_path / "trace"

    stopped = call(settings, "stop_ray_job", ray_cluster_ip=ray_head.address, run_id=run_id)
    late = call(settings, code=f"open({str(trace)!r}, 'w')\n", ray_cluster_ip=ray_head.address, run_id=run_id)
    with RayJobs(ray_head.dashboard_url, ray_head.token) as jobs:
        taken = jobs.job(f"raygen-{run_id}")

    assert [report.status for report in (stopped, late)] == ["stopped"] * 2
    assert "knew nothing of it" in stopped.notes[0]
    assert taken.vacant
    assert not trace.exists()


def test_a_run_that_waits_for_room_is_stopped(settings, run_id, ray_head):
    body = {"submission_id": f"raygen-{run_id}", "entrypoint": "true", "entrypoint_num_cpus": 1000}
    headers = {"Authorization": f"Bearer {ray_head.token}"}
    httpx.post(f"{ray_head.dashboard_url}/api/jobs/", json=body, headers=headers).raise_for_status()

    report = call(settings, "stop_ray_job", ray_cluster_ip=ray_head.address, run_id=run_id)
    while not report.final:
        report = call(settings, code="", ray_cluster_ip=ray_head.address, run_id=run_id, wait_seconds=5)

    assert report.status == "stopped"


def test_what_the_cluster_cannot_prepare_could_not_start(settings, run_id, ray_head):
    with RayJobs(ray_head.dashboard_url, ray_head.token) as jobs:
        jobs.submit(f"raygen-{run_id}", "true", "gcs://raygen-nowhere.zip")
        report = Run(jobs, run_id).follow(0, 30)
        while not report.final:
            report = Run(jobs, run_id).follow(0, 30)

    assert report.status == "could_not_start"


def test_a_cluster_that_was_rebuilt_has_lost_the_run(settings, run_id, ray_head):
    report = call(settings, code="", ray_cluster_ip=ray_head.address, run_id=run_id)

    assert report.status == "lost"
