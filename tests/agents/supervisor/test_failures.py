from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.supervisor.failures import MAX_LINE, MAX_OUTPUT_TAIL, MAX_TRACEBACK, in_full, in_one_line, is_the_programs
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
    text = in_full(JobReport(status="failed", traceback=traceback * 10_000, output=output * 10_000))

    assert len(text) < MAX_TRACEBACK + MAX_OUTPUT_TAIL + 500


def test_the_exceptions_line_goes_before_the_clusters_sentence():
    error = WireError(code="job_failed", message="The program failed with exit code 1.")
    report = JobReport(status="failed", traceback="Traceback …\n  File …\nValueError: no\n", error=error)

    assert in_one_line(report) == "ValueError: no"


def test_a_repair_gets_the_end_of_a_long_output():
    text = in_full(JobReport(status="failed", output="first\n" + "x\n" * 10_000 + "last\n"))

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
