"""The end of a warm program, told before its process has come to it: the wrapper around such a process, without Ray."""

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from agents.cluster import driver
from agents.cluster.driver.ending import exit_code

WRAPPER = """
import sys
import raygen_driver.__main__ as wrapper
from raygen_driver.records import RecordFile

base, wrapper.REAP_SECONDS = sys.argv[1], float(sys.argv[2])
with RecordFile(base + "/records.jsonl") as records:
    wrapper.run(records, wrapper.start(base + "/work", base + "/warmed.py"), "", 60, 1 << 20)
"""
WARMED = """
import atexit, ctypes, os, sys, threading, time

sys.path.insert(0, {root!r})
from raygen_driver.ending import Ending


class Worker:
    def disconnect(self):
        os.write(1, b"the last line of a worker\\n")


def ray_hangs_up():
    while not {hangs_until}:
        time.sleep(0.01)
    os.write(1, b"late\\n")


atexit.register(ray_hangs_up)
ending = Ending(Worker())
atexit.register(ending.tell)
records = open({records!r}, "rb")
{program}
"""
TOLD = '"exit" in records.read().decode()'


def _run(base: Path, program: str, hangs_until: str = "True", reap_seconds: float = 30) -> tuple[dict, str]:
    """The exit record of a wrapper around the program, and the output."""
    shutil.copytree(Path(str(driver.__path__[0])), base / "raygen_driver")
    script = WARMED.format(
        root=str(base), records=str(base / "records.jsonl"), program=program, hangs_until=hangs_until
    )
    (base / "warmed.py").write_text(script)
    (base / "work").mkdir()
    subprocess.run([sys.executable, "-c", WRAPPER, str(base), str(reap_seconds)], cwd=base, check=True, timeout=60)
    records = [json.loads(line) for line in (base / "records.jsonl").read_text().splitlines()]
    return records[-1], "".join(record["x"] for record in records if record["k"] in {"out", "err"})


def test_the_end_is_written_down_before_the_process_has_come_to_it(tmp_path):
    exit_record, output = _run(tmp_path, "print('done')\nending.note(SystemExit(3))", TOLD)

    assert (exit_record["k"], exit_record["status"], exit_record["code"]) == ("exit", "failed", 3)
    assert output == "done\nthe last line of a worker\n"


def test_what_the_program_leaves_to_the_interpreter_is_done_before_the_end_is_told(tmp_path):
    program = """
class Noisy:
    def __del__(self):
        print("finalizer")

noisy, cycle = Noisy(), Noisy()
cycle.itself = cycle
saved = open("saved.csv", "w")
saved.write("a,b")
ctypes.CDLL(None).printf(b"from C\\n")
sys.stdout.write("no newline")
ending.note(None)
"""

    exit_record, output = _run(tmp_path, program, TOLD + ' and os.path.getsize("saved.csv")')

    assert (exit_record["status"], exit_record["code"]) == ("succeeded", 0)
    assert output.count("finalizer\n") == 2
    assert "from C\n" in output
    assert "no newline" in output


def test_while_a_thread_of_the_programs_is_running_nothing_is_told(tmp_path):
    program = "threading.Thread(target=time.sleep, args=(60,), daemon=True).start()\nending.note(None)"

    exit_record, output = _run(tmp_path, program)

    assert (exit_record["status"], output) == ("succeeded", "late\n")


def test_a_program_that_is_cut_off_tells_nothing(tmp_path):
    exit_record, output = _run(tmp_path, "os.kill(os.getpid(), 9)")

    assert (exit_record["status"], exit_record["code"], output) == ("failed", -9, "")


def test_a_process_that_does_not_come_to_its_end_is_killed(tmp_path):
    exit_record, _ = _run(tmp_path, "ending.note(None)", "False", reap_seconds=0.1)

    assert exit_record["status"] == "succeeded"


@pytest.mark.parametrize(
    ("value", "code"), [(None, 0), (0, 0), (3, 3), (-1, 255), (256, 0), (True, 1), ("a text", 1), (3.0, 1)]
)
def test_the_exit_code_is_the_one_that_the_interpreter_derives(value, code):
    derived = subprocess.run([sys.executable, "-c", f"raise SystemExit({value!r})"], check=False, capture_output=True)

    assert exit_code(value) == code == derived.returncode
