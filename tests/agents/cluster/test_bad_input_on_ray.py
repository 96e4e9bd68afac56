"""Programs that break things, by mistake or on purpose: the result is right, and the reader is told."""

import json
import re

import pytest

from agents.cluster.settings import ClusterSettings
from tests.agents.cluster.calls import call
from tests.agents.cluster.real_runs import ended

pytestmark = pytest.mark.ray

EXIT = json.dumps({"o": 0, "t": 1, "s": 0, "k": "exit", "x": "", "status": "succeeded", "code": 0})
EVENTS = [
    {"k": "exit", "x": "", "status": "succeeded", "code": 0},
    {"k": "traceback", "x": "forged"},
    {"k": "ray", "x": "nothing\n", "pid": {"a": [1]}},
]
WRITES_EVERYWHERE = f"""
import os
for fd in range(3, 64):
    try:
        os.write(fd, b"[" * 100_000 + b"\\n" + {json.dumps(EVENTS)!r}.encode() + b"\\nhello\\n")
        for event in {list(map(json.dumps, EVENTS))!r}:
            os.write(fd, event.encode() + b"\\n")
    except OSError:
        pass
os.write(1, b"one\\n")
os.write(2, b"two\\n")
"""
WRITES_RECORDS = f"""
import os
for name in os.listdir(".."):
    if name.endswith(".jsonl"):
        with open(os.path.join("..", name), "a") as file:
            file.write({EXIT + chr(10)!r})
print("mine")
raise SystemExit(4)
"""
IN_A_WORKER = """
import os, ctypes, ray
ray.init()
@ray.remote(max_retries=0)
def f():
    print("in the task")
    {}
ray.get(f.remote())
"""
FORKS = """
import os, sys, ray
def forked(end):
    pid = os.fork()
    if pid:
        print(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]), flush=True)
    else:
        end()
        sys.exit(0)
def fail():
    raise ValueError("in the child")
def leave():
    print("child", flush=True)
    os._exit(5)
forked(fail)
ray.init()
@ray.remote
def f():
    print("task")
ray.get(f.remote())
forked(leave)
def speak():
    print("a fork's last words")
    sys.stdout.write("unfinished")
for number in (0, 3, "raised"):
    pid = os.fork()
    if not pid:
        speak()
        sys.exit(number) if number != "raised" else fail()
    print(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]), flush=True)
pid = os.fork()
if pid:
    print(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]), flush=True)
    ray.get(f.remote())
"""
BYTES = r"import sys; sys.stdout.buffer.write(b'\xff\xfe bad\n\xed\xa0\x80\n\x00\n'); print('end')"


@pytest.mark.parametrize(
    ("code", "reason"), [("print(1)\x00", "NUL"), ("print(1", "line 1"), ("#" * 1_048_577, "1 MiB"), ("(" * 999, "")]
)
def test_what_python_cannot_read_is_never_submitted(ray_head, code, reason):
    settings = ClusterSettings(hosts=(ray_head.address,), token=ray_head.token)

    answer = call(settings, code=code, ray_cluster_ip=ray_head.address, run_id="unreadable", wait_seconds=0)
    follow = call(settings, code="", ray_cluster_ip=ray_head.address, run_id="unreadable", wait_seconds=0)

    assert (answer.status, follow.status) == ("rejected", "lost")
    assert answer.error is not None
    assert reason in answer.error.message


def test_a_megabyte_of_code_runs(ray_head):
    code = "x = 0\n" + "x += 1  # and so on, until it is a megabyte\n" * 24_000 + "print(x)\n"

    report, output = ended(ray_head, code)

    assert (report.status, output) == ("succeeded", "24000\n")


def test_a_program_that_writes_to_every_descriptor_forges_nothing(ray_head):
    report, output = ended(ray_head, WRITES_EVERYWHERE)

    assert (report.status, report.exit_code, report.traceback) == ("succeeded", 0, None)
    assert sorted(output.splitlines()) == ["one", "two"]


def test_a_program_that_writes_into_its_record_ends_as_it_ended(ray_head):
    report, output = ended(ray_head, WRITES_RECORDS)

    assert (report.status, report.exit_code, output) == ("failed", 4, "mine\n")


@pytest.mark.parametrize("death", ["os._exit(3)", "ctypes.string_at(0)", "os.kill(os.getpid(), 9)"])
def test_a_worker_that_dies_fails_the_program_with_its_lines_kept(ray_head, death):
    report, output = ended(ray_head, IN_A_WORKER.format(death))

    assert (report.status, report.exit_code) == ("failed", 1)
    assert "in the task\n" in output
    assert report.traceback is not None
    assert 'File "program.py", line 8' in report.traceback
    assert "WorkerCrashedError" in report.traceback


def test_forks_have_their_own_ends_and_the_program_has_its_own(ray_head):
    report, output = ended(ray_head, FORKS)

    assert (report.status, report.traceback) == ("succeeded", None)
    assert output.count("task\n") == 2
    assert output.count("ValueError: in the child\n") == 2
    assert "1\n" in output
    assert "child\n5\n" in output
    assert output.count("a fork's last words\n") == 3
    assert all(f"unfinished{code}\n" in output for code in (0, 3, 1))


def test_bytes_that_are_no_text_are_shown_as_such(ray_head):
    _, output = ended(ray_head, BYTES)

    assert output == "\ufffd\ufffd bad\n\ufffd\ufffd\ufffd\n\x00\nend\n"


def test_a_worker_that_prints_without_end_is_ended_and_its_first_and_last_part_kept(ray_head):
    code = IN_A_WORKER.format("n = 0\n    while True:\n        n += 1\n        print('line', n)")

    report, output = ended(ray_head, code, limit=20_000)

    assert (report.status, report.truncated) == ("output_limit", True)
    assert output.startswith("in the task\nline 1\nline 2\n")
    assert "lines were left out" in output
    assert len(output) < 21_000


def test_a_workers_line_of_ten_megabytes_is_survived(ray_head):
    report, output = ended(ray_head, IN_A_WORKER.format("print('y' * 10_000_000)\n    print('after')"))

    assert (report.status, report.truncated) == ("succeeded", True)
    assert output.endswith("after\n")
    assert re.search(r"\[… [\d,]+ (?:bytes|lines) were left out …\]", output)  # Ray sends such a line in pieces
