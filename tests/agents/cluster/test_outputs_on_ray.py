"""What programs save on a real cluster, and how it comes back through Ray's log API."""

import hashlib
import uuid
from dataclasses import replace

import pytest

from agents.cluster.settings import ClusterSettings
from agents.wire import JobReport
from sandbox.ray_head import RayHead
from tests.agents.cluster.calls import call, follow_to_the_end

pytestmark = pytest.mark.ray

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
def settings(ray_head: RayHead) -> ClusterSettings:
    return ClusterSettings(hosts=(ray_head.address,), token=ray_head.token, run_timeout_seconds=120)


def _run(settings: ClusterSettings, code: str) -> tuple[JobReport, str]:
    return follow_to_the_end(settings, settings.hosts[0], code, uuid.uuid4().hex)


def test_a_large_binary_file_comes_back_bit_for_bit(settings):
    code = (
        f"import hashlib, os\n{PNG}open(os.path.join(os.environ['RAYGEN_OUT'], 'noise.png'), 'wb').write(data)\n"
        "print(hashlib.sha256(data).hexdigest())\n"
    )

    report, output = _run(settings, code)

    (file,) = report.files
    assert hashlib.sha256(file.content).hexdigest() == output.strip()
    assert (file.name, file.media_type, file.size) == ("noise.png", "image/png", 1_500_016)


def test_figures_that_are_shown_are_saved_without_a_screen(settings):
    report, output = _run(settings, SHOWN)

    assert (report.status, output) == ("succeeded", "False []\nagg\n")
    assert [file.name for file in report.files] == ["figure-1.png", "figure-2.png", "figure-3.png"]
    assert {file.media_type for file in report.files} == {"image/png"}


def test_workers_save_where_the_driver_saves(settings):
    report, output = _run(settings, WORKER)

    assert (report.status, output) == ("succeeded", "True\n")
    assert [file.name for file in report.files] == ["worker.png"]


def test_a_hostile_directory_costs_nobody_anything(settings):
    report, _ = _run(settings, HOSTILE)

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
def test_what_a_program_saved_before_it_failed_comes_back_too(settings, end, status):
    code = f"import os, time\n{PNG}open(os.environ['RAYGEN_OUT'] + '/a.png', 'wb').write(data)\n{end}"

    report, _ = _run(replace(settings, run_timeout_seconds=3), code)

    assert report.status == status
    assert [file.name for file in report.files] == ["a.png"]


def test_a_program_that_removes_the_directory_has_saved_nothing(settings):
    report, _ = _run(settings, "import os\nos.rmdir(os.environ['RAYGEN_OUT'])\n")

    assert (report.status, report.files, report.more_files) == ("succeeded", (), 0)


def test_a_report_that_is_not_final_carries_no_file(settings, ray_head):
    run_id = uuid.uuid4().hex
    code = "import os, time\nopen(os.environ['RAYGEN_OUT'] + '/a.csv', 'w').write('a,b\\n')\nprint('on', flush=True)\n"
    started = call(settings, code=code + "time.sleep(60)\n", ray_cluster_ip=ray_head.address, run_id=run_id)

    call(settings, "stop_ray_job", ray_cluster_ip=ray_head.address, run_id=run_id)
    ended = call(settings, code="", ray_cluster_ip=ray_head.address, run_id=run_id)

    assert (started.status, started.files) == ("running", ())
    assert (ended.status, [file.content for file in ended.files]) == ("stopped", [b"a,b\n"])
