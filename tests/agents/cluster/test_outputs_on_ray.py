"""What programs save on a real cluster, and how it comes back through Ray's log API."""

import hashlib
import uuid
from collections.abc import Iterator

import pytest

from agents.cluster.jobs import RayJobs
from agents.cluster.runs import Run
from agents.cluster.settings import ClusterSettings
from agents.cluster.warm import WarmPool
from agents.wire import JobReport
from sandbox.ray_head import RayHead
from tests.agents.cluster.real_runs import submitted, to_the_end
from tests.agents.cluster.warming import pool_of, wait_for_warm_driver

pytestmark = [pytest.mark.ray, pytest.mark.usefixtures("unscreened")]

PNG = "data = b'\\x89PNG\\r\\n\\x1a\\n' + bytes(4) + b'IHDR' + os.urandom(1_500_000)\n"
SHOWN = """
import os, sys
print("matplotlib" in sys.modules, os.listdir(os.environ["RAYGEN_OUT"]))
import matplotlib.pyplot as plt
plt.plot([1, 2])
plt.figure()
plt.plot([2, 1])
plt.show()
plt.plot([3, 3])
plt.show()
print(matplotlib_backend := plt.get_backend().lower())
"""
WORKER = """
import os, pathlib, ray
ray.init()
@ray.remote
def save():
    import matplotlib.pyplot as plt
    figure = plt.figure()
    figure.savefig(os.path.join(os.environ["RAYGEN_OUT"], "worker.png"))
    return plt.get_backend().lower(), os.environ["RAYGEN_OUT"]
print(ray.get(save.remote()) == ("agg", os.environ["RAYGEN_OUT"]))
"""
HOSTILE = """
import os
os.chdir(os.environ["RAYGEN_OUT"])
os.symlink("/etc/passwd", "passwd.csv")
os.mkdir("directory.csv")
os.mkfifo("pipe.csv")
open("fake.png", "w").write("no picture")
open("..\\\\..\\n<!channel>.csv", "w").write("a,b\\n")
with open("huge.csv", "wb") as file:
    file.truncate(1 << 30)
for number in range(1000):
    open(f"more-{number:04d}.csv", "w").write("a,b\\n")
"""


@pytest.fixture
def jobs(ray_head: RayHead) -> Iterator[RayJobs]:
    with RayJobs(ray_head.dashboard_url, ray_head.token) as jobs:
        yield jobs


def _ended(jobs: RayJobs, code: str, seconds: float = 120, pool: WarmPool | None = None) -> tuple[JobReport, str]:
    """The final report of a program, which no policy has looked at, and all that it printed."""
    run = Run(jobs, uuid.uuid4().hex, pool)
    submitted(run, code, seconds=seconds)
    return to_the_end(run)


def test_a_large_binary_file_comes_back_bit_for_bit(jobs):
    code = (
        f"import hashlib, os\n{PNG}open(os.path.join(os.environ['RAYGEN_OUT'], 'noise.png'), 'wb').write(data)\n"
        "print(hashlib.sha256(data).hexdigest())\n"
    )

    report, output = _ended(jobs, code)

    (file,) = report.files
    assert hashlib.sha256(file.content).hexdigest() == output.strip()
    assert (file.name, file.media_type, file.size) == ("noise.png", "image/png", 1_500_016)


def test_figures_that_are_shown_are_saved_without_a_screen(jobs):
    report, output = _ended(jobs, SHOWN)

    assert (report.status, output) == ("succeeded", "False []\nagg\n")
    assert [file.name for file in report.files] == ["figure-1.png", "figure-2.png", "figure-3.png"]
    assert {file.media_type for file in report.files} == {"image/png"}


def test_a_program_in_a_warm_driver_saves_and_shows_as_in_its_own(jobs, ray_head):
    settings = ClusterSettings(hosts=(ray_head.address,), token=ray_head.token, warm_drivers=1)
    wait_for_warm_driver(settings)

    report, output = _ended(jobs, WORKER + SHOWN, pool=pool_of(jobs, settings))

    assert output.startswith("True\n")
    assert [file.name for file in report.files] == ["worker.png", *(f"figure-{n}.png" for n in (1, 2, 3))]


def test_workers_save_where_the_driver_saves(jobs):
    report, output = _ended(jobs, WORKER)

    assert (report.status, output) == ("succeeded", "True\n")
    assert [file.name for file in report.files] == ["worker.png"]


def test_a_hostile_directory_costs_nobody_anything(jobs):
    report, _ = _ended(jobs, HOSTILE)

    sizes = {file.name: (file.size, file.data is not None) for file in report.files}
    assert report.status == "succeeded"
    assert sizes["fake.png"] == (10, False)
    assert sizes["_._..__!channel_.csv"] == (4, True)
    assert sizes["huge.csv"] == (1 << 30, False)
    assert not {"passwd.csv", "directory.csv", "pipe.csv"} & set(sizes)
    assert len([file for file in report.files if file.data]) == 10
    assert len(report.files) + report.more_files == 1003


@pytest.mark.parametrize(
    ("end", "status"), [("raise SystemExit(3)\n", "failed"), ("while True:\n    time.sleep(1)\n", "timed_out")]
)
def test_what_a_program_saved_before_it_failed_comes_back_too(jobs, end, status):
    code = f"import os, time\n{PNG}open(os.environ['RAYGEN_OUT'] + '/a.png', 'wb').write(data)\n{end}"

    report, _ = _ended(jobs, code, seconds=3)

    assert report.status == status
    assert [file.name for file in report.files] == ["a.png"]


def test_a_program_that_removes_the_directory_has_saved_nothing(jobs):
    report, _ = _ended(jobs, "import os\nos.rmdir(os.environ['RAYGEN_OUT'])\n")

    assert (report.status, report.files, report.more_files) == ("succeeded", (), 0)


def test_a_report_that_is_not_final_carries_no_file(jobs):
    code = (
        "import os, time\nopen(os.environ['RAYGEN_OUT'] + '/a.csv', 'w').write('a,b\\n')\n"
        "print('on', flush=True)\ntime.sleep(60)\n"
    )
    run = Run(jobs, uuid.uuid4().hex)
    submitted(run, code)

    started = run.follow(0, 20)
    run.stop()
    ended = run.follow(0, 5)

    assert (started.status, started.output, started.files) == ("running", "on\n", ())
    assert (ended.status, [file.content for file in ended.files]) == ("stopped", [b"a,b\n"])
