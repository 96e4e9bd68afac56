"""What Ray's C++ core prints when it aborts in a worker is Ray's, and nothing of the user's goes with it."""

from hypothesis import given
from hypothesis import strategies as st

from agents.cluster.driver.corelog import AbortReports, StopReport

REPORT = [
    "[mutex.cc : 1954] RAW: Check (v & kMuWriter) == 0 failed: Lock: Mutex corrupt: both locks held: 0x28",
    "*** SIGABRT received at time=1795412790 on cpu 0 ***",
    "PC: @     0x7f0f  (unknown)  (unknown)",
    "    @     0x7f0e       9104  (unknown)",
    "    @ ... and at least 6 more frames",
    "[2026-11-23 05:53:11,290 E 23605 23605] logging.cc:474: *** SIGABRT received at time=1795412790 on cpu 0 ***",
    "Fatal Python error: Aborted",
    "",
    "",
    "Extension modules: msgpack._cmsgpack, ray._raylet (total: 14)",
]
WORKER = ("127.0.0.1", 23605)
LINES = st.text(st.characters(exclude_characters="\n"), max_size=40).filter(lambda line: "RAW: " not in line)


def kept(lines, worker=WORKER):
    reports = AbortReports()
    return [line for line in lines if not reports.take(line, worker)]


def test_the_report_of_an_abort_of_the_core_is_rays():
    assert kept(["mine", *REPORT, "mine too"]) == ["mine", "mine too"]


def test_a_report_that_comes_in_several_batches_is_one():
    reports = AbortReports()

    assert [reports.take(line, WORKER) for line in REPORT] == [True] * len(REPORT)


def test_what_another_worker_prints_meanwhile_stays():
    reports = AbortReports()
    reports.take(REPORT[0], WORKER)

    assert not reports.take("", ("127.0.0.1", 7))


def test_a_crash_that_the_core_did_not_begin_is_the_users():
    assert kept(REPORT[1:]) == REPORT[1:]


def test_what_the_core_prints_when_the_driver_is_stopped_is_rays():
    report = [
        "*** SIGTERM received at time=1795419862 on cpu 0 ***\n",
        "PC: @     0x7f80020a3f16  (unknown)  (unknown)\n",
        "    @     0x7f800205a050  (unknown)  (unknown)\n",
    ]
    taken = StopReport().take

    assert [taken(line) for line in ["mine\n", *report, "tidied up\n", report[1]]] == [False, True, True, True] + [
        False
    ] * 2


@given(st.lists(LINES))
def test_no_line_is_taken_where_the_core_has_not_aborted(lines):
    assert kept(lines) == lines
