"""How runs end on a real cluster beyond their own exit: what they wait for, what they leave, who ends them."""

import asyncio

import httpx
import pytest

from agents.cluster.jobs import RayJobs
from agents.cluster.runs import Run
from agents.cluster.settings import ClusterSettings
from agents.wire import JobReport
from sandbox.ray_head import RayHead
from tests.agents.cluster.calls import call
from tests.agents.cluster.real_runs import ended, gone, started, submitted, to_the_end, until_noted, until_printed

pytestmark = pytest.mark.ray

CHILDREN = """
import os, subprocess, sys, time
child = subprocess.Popen(["sleep", "600"], start_new_session=True)
reading, writing = os.pipe()
if os.fork() == 0:
    os.setsid()
    if os.fork() == 0:
        os.write(writing, str(os.getpid()).encode())
        os.execvp("sleep", ["sleep", "601"])
    os._exit(0)
print(child.pid, os.read(reading, 20).decode(), flush=True)
"""
ASKS_FOR_TOO_MUCH = """
import ray
ray.init()
@ray.remote(num_gpus=1)
def train():
    return 1
@ray.remote(num_cpus=64)
def wide():
    return 1
ray.get([train.remote(), wide.remote(), wide.remote()])
"""
HOLDS_ALL = """
import ray
ray.init()
@ray.remote(num_cpus=1)
class Holder:
    def ping(self):
        return 1
holders = [Holder.options(name=f"holder-{n}", lifetime="detached", namespace="ends").remote() for n in range(4)]
ray.get([holder.ping.remote() for holder in holders])
@ray.remote
def never():
    return 1
ray.get(never.remote())
"""
LETS_GO = """
import ray
ray.init(namespace="ends")
for n in range(4):
    ray.kill(ray.get_actor(f"holder-{n}"))
"""
SPEAKERS = """
import sys, ray
ray.init()
@ray.remote
def f():
    print("from a task")
    print("to stderr", file=sys.stderr)
@ray.remote
class A:
    def m(self):
        print("from an actor")
a = A.remote()
ray.get([f.remote(), a.m.remote()])
print("from the driver")
"""
BAR = """
import time, ray
from tqdm import tqdm
ray.init()
@ray.remote
def work():
    for _ in tqdm(range(30), desc="rows"):
        time.sleep(0.1)
ray.get(work.remote())
"""


def test_tasks_that_can_never_run_are_told_with_what_the_cluster_lacks(ray_head):
    with started(ray_head, ASKS_FOR_TOO_MUCH, patience=1) as run:
        note = until_noted(run, "GPU")
        stopped = run.stop()

    assert "the task wide (2 times) asks for 64 CPUs, and the largest machine has 4 CPUs" in note
    assert "the task train asks for 1 GPU, and no machine has a GPU" in note
    assert stopped.status == "stopped"


def test_a_program_whose_own_actors_hold_everything_is_told_and_what_it_leaves_too(ray_head):
    with started(ray_head, HOLDS_ALL, patience=1) as run:
        note = until_noted(run, "the task never")
        stopped = run.stop()
    ended(ray_head, LETS_GO)

    assert note == (
        "It waits for free resources: the task never asks for 1 CPU, the cluster has 4 CPUs, and the program's own "
        "actors keep 4 CPUs."
    )
    assert stopped.status == "stopped"
    assert any("Detached actors that it made live on: holder-" in note and "ends" in note for note in stopped.notes)


def test_a_job_that_waits_for_room_says_for_what(ray_head):
    with RayJobs(ray_head.dashboard_url, ray_head.token) as jobs:
        run = Run(jobs, "waits-for-room", patience=1)
        body = {"submission_id": run.submission_id, "entrypoint": "true", "entrypoint_num_cpus": 1000}
        headers = {"Authorization": f"Bearer {ray_head.token}"}
        httpx.post(f"{ray_head.dashboard_url}/api/jobs/", json=body, headers=headers).raise_for_status()
        note = until_noted(run, "its start")
        run.stop()

    assert "its start asks for 1000 CPUs, and the largest machine has 4 CPUs" in note


@pytest.mark.parametrize(("end", "status"), [("", "succeeded"), ("time.sleep(60)", "timed_out"), ("1 / 0", "failed")])
def test_no_process_outlives_its_program(ray_head, end, status):
    report, output = ended(ray_head, CHILDREN + end, seconds=8)

    assert report.status == status
    assert gone(output.splitlines()[0])
    assert report.notes == ("2 processes that it had started were still running, and ended with it.",)


def test_a_traceback_comes_after_what_was_printed_before_it_however_late_both_are_read(ray_head):
    code = (
        "import os, signal, time\nwrapper = os.getppid()\nos.kill(wrapper, signal.SIGSTOP)\n"
        "print('before', flush=True)\n"
        "if os.fork() == 0:\n"
        "    while os.getppid() != wrapper:\n        time.sleep(0.01)\n"
        "    os.kill(wrapper, signal.SIGCONT)\n    os._exit(0)\n"
        "1 / 0\n"
    )

    _, output = ended(ray_head, code, seconds=60)

    assert output.splitlines()[0] == "before"
    assert output.splitlines()[-1] == "ZeroDivisionError: division by zero"


def test_stop_ends_a_programs_processes_wherever_they_went(ray_head):
    with started(ray_head, CHILDREN + "time.sleep(60)\n") as run:
        pids = until_printed(run, "\n").output
        stopped = run.stop()

    assert stopped.status == "stopped"
    assert gone(pids)


def test_a_program_that_kills_what_watches_over_it_ends_and_the_reader_is_told(ray_head):
    code = "import os, signal, time\nprint(os.getpid(), flush=True)\ntime.sleep(1)\n"
    report, output = ended(ray_head, code + "os.kill(os.getppid(), signal.SIGKILL)\ntime.sleep(60)\n")

    assert report.status == "failed"
    assert report.error is not None
    assert "was killed, and the program with it" in report.error.message
    assert gone(output)


def test_where_each_line_comes_from_is_told_to_who_asks_and_rays_own_lines_too(ray_head):
    with started(ray_head, SPEAKERS) as run:
        hidden, output = to_the_end(run)
        asked = run.follow(0, 0, sources=True)

    told, rays, start = {}, "", 0
    for part in asked.parts:
        text = asked.output[start : start + part.characters]
        start += part.characters
        if part.stream == "ray":
            rays += text
            continue
        for line in text.splitlines():
            told[line] = (part.name, part.stream, part.pid is None)
    assert hidden.parts == ()
    assert "Connected to Ray cluster" in rays
    assert "Connected to Ray cluster" not in output
    assert sorted(output.splitlines()) == sorted(told)
    assert told == {
        "from a task": ("f", "stdout", False),
        "to stderr": ("f", "stderr", False),
        "from an actor": ("A", "stdout", False),
        "from the driver": (None, "stdout", True),
    }


def test_a_bar_in_a_worker_moves_and_is_one_line_in_the_end(ray_head):
    seen = set()
    with started(ray_head, BAR) as run:
        report = run.follow(0, 3)
        output = report.output
        while not report.final:
            seen.add(report.progress)
            report = run.follow(report.log_offset, 3)
            output += report.output

    assert output.startswith("rows: 100%")
    assert len(output.splitlines()) == 1
    assert any("rows:" in (state or "") for state in seen)


def _followed(head: RayHead, offset: int) -> JobReport:
    settings = ClusterSettings(hosts=(head.address,), token=head.token)
    return call(settings, code="", ray_cluster_ip=head.address, run_id="before-the-crash", log_offset=offset)


def test_a_run_is_lost_when_its_head_was_rebuilt(ray_python):
    head = RayHead(cpus=1, python=ray_python)
    with asyncio.Runner() as runner:
        runner.run(head.start())
        try:
            with RayJobs(head.dashboard_url, head.token) as jobs:
                run = Run(jobs, "before-the-crash")
                submitted(run, "import time\nprint('on', flush=True)\ntime.sleep(600)\n")
                offset = until_printed(run, "on").log_offset
            runner.run(head.restart())
            answer = _followed(head, offset)
        finally:
            runner.run(head.stop())

    assert (answer.status, answer.log_offset) == ("lost", offset)
    assert answer.error is not None
    assert "rebuilt" in answer.error.message
