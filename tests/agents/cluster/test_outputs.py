"""What a program saves: what the wrapper picks up, and what the Lambda believes of it."""

import base64
import json
import os
import unicodedata
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.cluster.driver.media import SUFFIXES, media_type
from agents.cluster.driver.outputs import FILE, MOST_CHARACTERS, MOST_FILES, MOST_NAMED, collect, content
from agents.cluster.jobs import RayJobs
from agents.cluster.outputs import safe_name, with_files
from agents.cluster.runs import Run
from agents.wire import JobReport, OutputFile
from tests.agents.cluster.calls import JOB, RUN_ID
from tests.fakes.ray_jobs_api import FakeRayCluster

PNG = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)
JPEG = b"\xff\xd8\xff\xe0\x00\x10JFIF\x00\xff\xd9"
SVG = b'<?xml version="1.0"?>\n<!-- drawn -->\n<svg xmlns="http://www.w3.org/2000/svg"/>'
CSV = "name,größe\nä,1\n".encode()
PARQUET = b"PAR1\x15\x04PAR1"
SUCCEEDED = JobReport(status="succeeded")


@pytest.fixture
def out(tmp_path: Path) -> Path:
    directory = tmp_path / "out"
    directory.mkdir()
    return directory


def _collected(out: Path) -> tuple[OutputFile, ...]:
    """What the Lambda makes of what the wrapper picks up."""
    saved = collect(str(out.parent))
    path = out.parent / FILE
    return with_files(SUCCEEDED, saved, path.read_bytes() if path.exists() else b"").files


def _record(**fields: object) -> bytes:
    return json.dumps({"name": "a.png", "size": len(PNG), "data": base64.b64encode(PNG).decode(), **fields}).encode()


@pytest.mark.parametrize(
    ("name", "data", "kind"),
    [
        ("a.png", PNG, "image/png"),
        ("a.txt", PNG, "image/png"),
        ("a.jpg", JPEG, "image/jpeg"),
        ("a.svg", SVG, "image/svg+xml"),
        ("a.svg", b"\xef\xbb\xbf<svg>", "image/svg+xml"),
        ("a.csv", CSV, "text/csv"),
        ("a.CSV", b"one\n1\n", "text/csv"),
        ("a.parquet", PARQUET, "application/vnd.apache.parquet"),
        ("a.png", b"no picture", None),
        ("a.png", PNG[:8], None),
        ("a.svg", b"<html><svg></svg></html>", None),
        ("a.csv", b"a,b\x00\n", None),
        ("a.csv", b"a,b\xff\n", None),
        ("a.parquet", b"PAR1", None),
        ("a.txt", CSV, None),
        ("a.csv", b"", None),
        ("run.sh", b"\x7fELF", None),
    ],
)
def test_the_content_decides_what_a_file_is(name, data, kind):
    assert media_type(name, data) == kind


def test_a_character_that_is_cut_where_the_look_ends_is_still_text():
    assert media_type("a.csv", b"x" + "ä".encode() * 4096) == "text/csv"


def test_what_was_saved_comes_back_whole_in_the_order_of_saving(out):
    for number, (name, data) in enumerate([("z.png", PNG), ("a.csv", CSV), ("m.parquet", PARQUET)]):
        (out / name).write_bytes(data)
        os.utime(out / name, (number, number))

    files = _collected(out)

    assert [(file.name, file.content, file.size) for file in files] == [
        ("z.png", PNG, len(PNG)),
        ("a.csv", CSV, len(CSV)),
        ("m.parquet", PARQUET, len(PARQUET)),
    ]


def test_a_run_that_saved_nothing_has_no_file_beside_its_records(out):
    assert collect(str(out.parent)) == 0
    assert not (out.parent / FILE).exists()


def test_of_a_thousand_files_ten_come_and_the_others_are_named_or_counted(out):
    for number in range(1000):
        (out / f"{number}.png").write_bytes(PNG)

    saved = collect(str(out.parent))
    report = with_files(SUCCEEDED, saved, (out.parent / FILE).read_bytes())

    assert len([file for file in report.files if file.data]) == MOST_FILES
    assert len(report.files) == MOST_NAMED
    assert report.more_files == 1000 - MOST_NAMED


def test_a_sparse_file_of_a_gigabyte_is_named_and_not_read(out):
    with (out / "huge.png").open("wb") as file:
        file.write(PNG)
        file.truncate(1 << 30)
    (out / "small.png").write_bytes(PNG)

    huge, small = sorted(_collected(out), key=lambda file: file.name)

    assert (huge.size, huge.data) == (1 << 30, None)
    assert small.content == PNG


def test_files_that_together_are_too_large_stay_within_the_answer(out):
    for number in range(3):
        (out / f"{number}.png").write_bytes(PNG + bytes(1_200_000))

    files = _collected(out)

    assert [file.data is None for file in files] == [False, False, True]
    assert sum(len(file.data or "") for file in files) <= MOST_CHARACTERS


def test_only_regular_files_are_looked_at(out):
    secret = out.parent / "secret.csv"
    secret.write_text("password\n")
    (out / "link.csv").symlink_to(secret)
    (out / "directory.csv").mkdir()
    os.mkfifo(out / "pipe.csv")
    (out / "real.csv").write_bytes(CSV)

    assert [file.name for file in _collected(out)] == ["real.csv"]


def test_a_file_that_has_become_a_link_or_a_pipe_since_it_was_listed_is_not_followed(out):
    secret = out.parent / "secret.csv"
    secret.write_text("password\n")
    (out / "link.csv").symlink_to(secret)
    os.mkfifo(out / "pipe.csv")
    fd = os.open(out, os.O_RDONLY)

    found = [content(fd, name, 1000) for name in ("link.csv", "pipe.csv", "gone.csv", ".")]
    os.close(fd)

    assert found == [None] * 4


def test_a_directory_that_was_replaced_by_a_link_is_not_followed(out):
    elsewhere = out.parent / "elsewhere"
    out.rename(elsewhere)
    (elsewhere / "a.csv").write_bytes(CSV)
    out.symlink_to(elsewhere)

    assert collect(str(out.parent)) == 0


def test_what_the_program_put_in_the_place_of_the_wrappers_file_is_replaced_and_not_written_through(out):
    victim = out.parent / "victim"
    victim.write_text("untouched")
    for name in (FILE, FILE + ".new"):
        (out.parent / name).symlink_to(victim)
    (out / "a.csv").write_bytes(CSV)

    files = _collected(out)

    assert [file.content for file in files] == [CSV]
    assert victim.read_text() == "untouched"


def test_names_that_no_text_can_hold_are_survived(out):
    (out / os.fsdecode(b"\xff\n\x1b[31m<!channel>.csv")).write_bytes(CSV)

    (file,) = _collected(out)

    assert file.name == "___[31m_!channel_.csv"
    assert file.content == CSV


@given(st.text(), st.sampled_from([(), *SUFFIXES.values()]))
def test_a_safe_name_is_safe_whatever_it_was(name, suffixes):
    safe = safe_name(name, suffixes)

    assert 1 <= len(safe) <= 100
    assert not set(safe) & set("/\\<>&:")
    assert not safe.startswith(".")
    assert not any(unicodedata.category(character).startswith("C") for character in safe)
    assert safe.lower().endswith(suffixes or "")


@pytest.mark.parametrize(
    ("name", "safe"),
    [
        ("histogram.png", "histogram.png"),
        ("größe 2.png", "größe 2.png"),
        ("../../etc/passwd", "_._.._etc_passwd.png"),
        ("photo.JPG", "photo.JPG.png"),
        ("\u202egnp.exe", "_gnp.exe.png"),
        ("", "file.png"),
        ("x" * 200 + ".png", "x" * 96 + ".png"),
    ],
)
def test_a_name_keeps_what_is_harmless_and_ends_as_its_kind(name, safe):
    assert safe_name(name, (".png",)) == safe


@pytest.mark.parametrize(
    "line",
    [
        b"",
        b"[]",
        b"not json",
        b"\xff",
        b"[" * 100_000,
    ],
)
def test_what_is_no_record_is_no_file(line):
    assert with_files(SUCCEEDED, 1, line + b"\n").files == ()


@pytest.mark.parametrize(
    "fields",
    [
        {"data": "not base64!"},
        {"data": 7},
        {"data": "ä"},
        {"data": base64.b64encode(b"no picture").decode()},
        {"data": None, "size": "large"},
        {"data": None, "size": -1},
        {"name": ["a"], "data": None},
    ],
)
def test_a_record_that_lies_is_a_file_that_was_left_out(fields):
    (file,) = with_files(SUCCEEDED, 1, _record(**fields)).files

    assert file.data is None
    assert file.size >= 0


def test_the_size_is_counted_and_not_believed():
    (file,) = with_files(SUCCEEDED, 1, _record(size=3)).files

    assert file.size == len(PNG)


def test_a_forged_file_holds_no_more_than_ten_contents():
    files = with_files(SUCCEEDED, 99, b"\n".join(_record() for _ in range(99))).files

    assert len([file for file in files if file.data]) == MOST_FILES


@pytest.mark.parametrize("output", ["x" * (1 << 20), "\n" * (1 << 20), "漢" * (1 << 18), "\U0001f680" * (1 << 18)])
def test_output_and_files_together_stay_under_the_six_megabytes_of_a_gateway(output):
    large = base64.b64encode(PNG + bytes(2_990_000)).decode()
    report = JobReport(status="succeeded", output=output)

    answer = with_files(report, 1, _record(data=large))

    assert len(json.dumps({"text": answer.model_dump_json()})) < 6_000_000
    assert [file.name for file in answer.files] == ["a.png"]


@given(st.binary(), st.one_of(st.none(), st.integers(), st.text()))
def test_any_bytes_and_any_count_make_a_report(data, saved):
    report = with_files(SUCCEEDED, saved, data)

    assert JobReport.model_validate(report.model_dump(mode="json")) == report


def _run_and_save(cluster: FakeRayCluster, name: str) -> None:
    cluster.write(name, "start", sha256="0" * 64)
    cluster.files[f"raygen/{name}/{FILE}"] = bytearray(_record() + b"\n")
    cluster.end(name, files=1)


def _jobs(cluster: FakeRayCluster) -> RayJobs:
    return RayJobs(f"http://{cluster.address}", cluster.token)


def _submitted(cluster: FakeRayCluster, jobs: RayJobs) -> Run:
    run = Run(jobs, RUN_ID)
    run.submit(b"print()\n", seconds=60, limit=1000)
    cluster.jobs[JOB].status = "SUCCEEDED"
    return run


def test_a_repeated_follow_of_an_ended_run_gives_its_end_and_its_files_again():
    with FakeRayCluster(on_submit=_run_and_save) as cluster, _jobs(cluster) as jobs:
        run = _submitted(cluster, jobs)
        first = run.follow(0, 5)
        again = run.follow(first.log_offset, 5)
        stopped = run.stop()

    assert [file.content for file in first.files] == [PNG]
    assert (again.status, again.files) == ("succeeded", first.files)
    assert (stopped.status, stopped.files) == ("succeeded", ())


def test_files_that_cannot_be_fetched_are_counted():
    cluster = FakeRayCluster(on_submit=lambda cluster, name: cluster.end(name, files=3))
    with cluster, _jobs(cluster) as jobs:
        report = _submitted(cluster, jobs).follow(0, 5)

    assert (report.files, report.more_files) == ((), 3)
