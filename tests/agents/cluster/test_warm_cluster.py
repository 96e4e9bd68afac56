"""Runs in warm drivers of a real cluster: the same ends as in drivers of their own, and each run once."""

import hashlib
import threading
import uuid
from dataclasses import replace

import pytest

from agents.cluster.settings import ClusterSettings
from agents.cluster.warm import Offer
from agents.wire import JobReport
from sandbox.ray_head import RayHead
from tests.agents.cluster.calls import call, follow_to_the_end
from tests.agents.cluster.warming import carrier_of, jobs_of, pool_of, wait_for_warm_driver

pytestmark = [pytest.mark.ray, pytest.mark.usefixtures("unscreened")]

HELLO = (
    "import ray\nray.init()\n@ray.remote\ndef f(n):\n    print('in', n)\n    return n\n"
    "print(ray.get([f.remote(n) for n in range(2)]))\n"
)


@pytest.fixture
def settings(ray_head: RayHead) -> ClusterSettings:
    """With a warm driver that is idle."""
    settings = ClusterSettings(hosts=(ray_head.address,), token=ray_head.token, run_timeout_seconds=120, warm_drivers=1)
    wait_for_warm_driver(settings)
    return settings


def _run(settings: ClusterSettings, code: str) -> tuple[JobReport, str]:
    run_id = uuid.uuid4().hex
    report, output = follow_to_the_end(settings, settings.hosts[0], code, run_id)
    assert carrier_of(settings, run_id) is not None
    return report, output


def _idle_driver(settings: ClusterSettings) -> str:
    """The submission id of the driver that is idle."""
    with jobs_of(settings) as jobs:
        pool = pool_of(jobs, settings)
        slot = pool.idle_slot()
        assert slot is not None
        return f"{slot}-{pool.last(slot)}"


def _stop_idle_driver(settings: ClusterSettings) -> str:
    name = _idle_driver(settings)
    with jobs_of(settings) as jobs:
        jobs.stop(name)
        while not jobs.job(name).ended:
            pool_of(jobs, settings).pause(0.05)
    return name


def test_a_program_runs_in_the_warm_driver_byte_for_byte(settings):
    code = HELLO.replace("\n", "\r\n") + "print('ä')"

    report, output = _run(settings, code)

    assert report.status == "succeeded"
    assert sorted(output.splitlines()) == ["[0, 1]", "in 0", "in 1", "ä"]
    assert report.code_sha256 == hashlib.sha256(code.encode()).hexdigest()


def test_the_job_has_the_runs_own_name_and_ends_as_the_run_does(settings):
    run_id = uuid.uuid4().hex

    follow_to_the_end(settings, settings.hosts[0], HELLO, run_id)

    with jobs_of(settings) as jobs:
        job = jobs.job(f"raygen-{run_id}")
        assert job.carrier is not None
        while not job.ended:
            job = jobs.job(f"raygen-{run_id}")
        assert (job.status, job.exit_code) == ("SUCCEEDED", 0)
        assert jobs.job(job.carrier).run == f"raygen-{run_id}"
        assert b"[0, 1]" in jobs.log(job.node_id or "", f"job-driver-raygen-{run_id}.log", -1)


def test_the_program_is_main_and_nothing_of_the_driver_shows(settings):
    code = (
        "import os, sys\nimport ray\nray.init()\n"
        "print(__name__, os.path.basename(__file__), os.listdir('.'), sys.argv, os.getcwd() in sys.path[:2])\n"
        "print(sys.stdin.read() == '', [name for name in dir() if not name.startswith('__')])\n"
    )

    _, output = _run(settings, code)

    assert output == "__main__ program.py ['program.py'] ['program.py'] True\nTrue ['os', 'ray', 'sys']\n"


def test_a_failure_has_its_exit_code_and_the_users_frames_alone(settings):
    report, output = _run(settings, "import ray\nray.init()\ndef f():\n    return 1 / 0\nf()\n")

    assert (report.status, report.exit_code) == ("failed", 1)
    assert report.traceback is not None
    assert report.traceback.count("File ") == output.count("File ") == 2
    assert output.endswith("ZeroDivisionError: division by zero\n")


def test_an_exit_code_is_the_programs_own_and_nothing_is_lost_at_the_end(settings):
    code = (
        "import ray\nimport sys\nray.init()\n"
        "class Last:\n    def __del__(self):\n        print('finalized')\n"
        "last = Last()\n"
        "@ray.remote\ndef f():\n    print('in a task')\n"
        "ray.get(f.remote())\nsys.exit(3)\n"
    )

    report, output = _run(settings, code)

    assert (report.status, report.exit_code) == ("failed", 3)
    assert sorted(output.splitlines()) == ["finalized", "in a task"]


def test_the_deadline_counts_from_the_runs_start(settings):
    code = "import ray, time\nray.init()\nprint('on', flush=True)\nwhile True:\n    time.sleep(1)\n"

    report, output = _run(replace(settings, run_timeout_seconds=2), code)

    assert (report.status, output) == ("timed_out", "on\n")
    assert report.seconds is not None
    assert 2 <= report.seconds < 10


def test_an_endless_printer_is_ended(settings):
    code = "import ray\nray.init()\nn = 0\nwhile True:\n    n += 1\n    print(n)\n"

    report, output = _run(replace(settings, output_limit_bytes=10_000), code)

    assert (report.status, report.truncated) == ("output_limit", True)
    assert len(output) < 11_000


def test_a_run_is_stopped(settings):
    run_id = uuid.uuid4().hex
    code = "import ray, time\nray.init()\nprint('on', flush=True)\ntime.sleep(60)\n"
    started = call(settings, code=code, ray_cluster_ip=settings.hosts[0], run_id=run_id, wait_seconds=20)

    stopped = call(settings, "stop_ray_job", ray_cluster_ip=settings.hosts[0], run_id=run_id)

    assert (started.status, started.output) == ("running", "on\n")
    assert stopped.status == "stopped"
    assert carrier_of(settings, run_id) is not None


def test_many_calls_with_one_run_id_run_it_once(settings):
    run_id, reports = uuid.uuid4().hex, []
    code = "import ray\nray.init()\nprint('once')\n"

    def submit() -> None:
        reports.append(follow_to_the_end(settings, settings.hosts[0], code, run_id))

    threads = [threading.Thread(target=submit) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert [(report.status, output) for report, output in reports] == [("succeeded", "once\n")] * 6


def test_many_runs_at_once_take_one_driver_and_each_runs_once(settings):
    results = {}
    code = "import ray\nray.init()\nprint('run {}')\n"

    def submit(number: int, run_id: str) -> None:
        results[run_id] = number, follow_to_the_end(settings, settings.hosts[0], code.format(number), run_id)

    threads = [threading.Thread(target=submit, args=(n, uuid.uuid4().hex)) for n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert all(output == f"run {number}\n" for number, (_, output) in results.values())
    assert len(results) == 4
    assert sum(carrier_of(settings, run_id) is not None for run_id in results) >= 1


def test_a_run_that_has_a_job_is_taken_by_no_driver(settings):
    run_id = uuid.uuid4().hex
    follow_to_the_end(replace(settings, warm_drivers=0), settings.hosts[0], HELLO, run_id)

    with jobs_of(settings) as jobs:
        pool = pool_of(jobs, settings)
        slot = pool.idle_slot() or ""
        pool.offer(slot, Offer(f"raygen-{run_id}", b"print('twice')", 60, 1000))
        while jobs.has_package(f"{slot}-offer.zip"):
            pool.pause(0.05)
        still_idle = pool.idle_slot()

    report = call(settings, code="", ray_cluster_ip=settings.hosts[0], run_id=run_id)
    assert (still_idle, carrier_of(settings, run_id)) == (slot, None)
    assert "twice" not in report.output


def test_an_idle_driver_that_is_stopped_is_replaced_and_the_run_goes_on(settings):
    stopped = _stop_idle_driver(settings)

    report, output = follow_to_the_end(settings, settings.hosts[0], HELLO, uuid.uuid4().hex)
    wait_for_warm_driver(settings)

    assert (report.status, sorted(output.splitlines())) == ("succeeded", ["[0, 1]", "in 0", "in 1"])
    assert _idle_driver(settings) != stopped


def test_an_idle_driver_ends_by_itself(settings):
    _stop_idle_driver(settings)
    short = replace(settings, warm_idle_seconds=1)
    wait_for_warm_driver(short)

    name = _idle_driver(short)
    with jobs_of(short) as jobs:
        while not (job := jobs.job(name)).ended:
            pool_of(jobs, short).pause(0.05)

        assert (job.status, pool_of(jobs, short).idle_slot()) == ("SUCCEEDED", None)
