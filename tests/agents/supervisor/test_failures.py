from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.supervisor.failures import (
    MAX_LINE,
    MAX_OUTPUT_TAIL,
    MAX_TRACEBACK,
    FailingLine,
    failing_line,
    in_full,
    in_one_line,
    is_same_error,
    is_the_programs,
)
from agents.wire import FINAL_STATUSES, JobReport, RunStatus, WireError

ERRORS = st.none() | st.builds(WireError, code=st.just("policy"), message=st.text())
REPORTS = st.builds(
    JobReport,
    status=st.sampled_from(sorted(FINAL_STATUSES)),
    output=st.text(),
    traceback=st.none() | st.text(),
    error=ERRORS,
)


@given(REPORTS)
def test_one_line_is_one_line_and_bounded(report):
    line = in_one_line(report)

    assert len(line) <= MAX_LINE


@given(st.text(min_size=1), st.text(min_size=1))
def test_what_a_repair_gets_is_bounded(traceback, output):
    text = in_full(JobReport(status="failed", traceback=traceback * 10_000, output=output * 10_000), "")

    assert len(text) < MAX_TRACEBACK + MAX_OUTPUT_TAIL + 500


def test_the_exceptions_line_goes_before_the_clusters_sentence():
    error = WireError(code="job_failed", message="The program failed with exit code 1.")
    report = JobReport(status="failed", traceback="Traceback …\n  File …\nValueError: no\n", error=error)

    assert in_one_line(report) == "ValueError: no"


def test_a_repair_gets_the_end_of_a_long_output():
    text = in_full(JobReport(status="failed", output="first\n" + "x\n" * 10_000 + "last\n"), "")

    assert "last" in text
    assert "first" not in text


@pytest.mark.parametrize("status", get_args(RunStatus))
def test_every_status_has_words(status):
    assert in_one_line(JobReport(status=status)).endswith(".")


@pytest.mark.parametrize(
    ("report", "expected"),
    [
        (JobReport(status="failed"), True),
        (JobReport(status="timed_out"), True),
        (JobReport(status="could_not_start"), True),
        (JobReport(status="rejected", error=WireError(code="syntax", message="Line 1.")), True),
        (JobReport(status="rejected", error=WireError(code="cluster_refused", message="No.")), False),
        (JobReport(status="stopped"), False),
        (JobReport(status="lost"), False),
    ],
)
def test_only_what_another_program_could_cure_is_the_programs_fault(report, expected):
    assert is_the_programs(report) is expected


PROGRAM = "import ray\n\n@ray.remote\ndef f(x):\n    return 1 / x\n\nprint(ray.get(f.remote(0)))\n"
FROM_A_TASK = """Traceback (most recent call last):
  File "program.py", line 7, in <module>
    print(ray.get(f.remote(0)))
ray.exceptions.RayTaskError(ZeroDivisionError): ray::f() (pid=12, ip=10.0.0.7)
  File "/tmp/ray/session/program.py", line 5, in f
    return 1 / x
ZeroDivisionError: division by zero
"""


def test_the_failing_line_is_the_innermost_of_the_program_also_in_a_task():
    assert failing_line(FROM_A_TASK, PROGRAM) == FailingLine(5, "return 1 / x")


def test_frames_of_libraries_are_not_the_programs():
    traceback = (
        'File "program.py", line 1, in <module>\n  File "/site-packages/pandas/io.py", line 5, in read\nKeyError'
    )

    assert failing_line(traceback, PROGRAM) == FailingLine(1, "import ray")


@pytest.mark.parametrize("traceback", ["", "ValueError: no", 'File "program.py", line 99, in <module>'])
def test_a_traceback_without_a_line_of_the_program_names_none(traceback):
    assert failing_line(traceback, PROGRAM) is None


@given(st.text(), st.text())
def test_no_traceback_and_no_program_is_too_much(traceback, code):
    line = failing_line(traceback, code)

    assert line is None or 1 <= line.number <= len(code.splitlines())


def test_a_repair_gets_the_failing_line_with_its_number_and_text():
    text = in_full(JobReport(status="failed", traceback=FROM_A_TASK), PROGRAM)

    assert "It failed in line 5 of the program:\n5 | return 1 / x" in text


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("KeyError: 'a'", "KeyError: 'a'", True),
        ("KeyError: 'a'", "KeyError: 'b'", False),
        ("RuntimeError: <Lock at 0x7f01>", "RuntimeError: <Lock at 0x7f99>", True),
        ("GetTimeoutError: not within 5 s (pid=12)", "GetTimeoutError: not within 60 s (pid=9)", True),
        (None, None, False),
    ],
)
def test_errors_are_compared_without_what_changes_from_run_to_run(one, other, same):
    assert is_same_error(one, other) is same


@pytest.mark.parametrize("piece", ["\n", " ", 'File "', 'File "/', 'File "a", line 1\n', "\t\n"])
def test_a_traceback_of_any_length_is_read(piece):
    assert failing_line(piece * 1_000_000, PROGRAM) in {None, FailingLine(1, "import ray")}
