from threading import Event

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.errors import Cancelled, GatewayTimeout, GatewayUnavailable, HashMismatch
from agents.supervisor.validation import MAX_OUTPUT, MAX_SILENCES, Validator
from agents.wire import JobReport, WireError, sha256_of
from tests.agents.supervisor.rig import CLUSTER, GOOD, Clock
from tests.fakes.gateway import FakeGateway


def validated(reports, *, limit=1_000.0, cancelled=None):
    gateway = FakeGateway(lambda _code: reports)
    validator = Validator(gateway, wait_seconds=5, limit=limit, clock=Clock(), pause_seconds=0)
    return gateway, lambda: validator.run(GOOD, CLUSTER, "v-1", cancelled or Event())


def unanswered(status, code="cluster_unreachable"):
    """What the Lambda says when the cluster did not answer it."""
    return JobReport(status=status, error=WireError(code=code, message="The cluster did not answer. Try again."))


def raising(failure):
    """A gateway's method that fails."""

    def method(**_arguments):
        raise failure

    return method


@given(st.lists(st.text(max_size=5), max_size=20))
def test_the_output_is_put_together_from_all_calls(parts):
    running = [JobReport(status="running", output=part, log_offset=n) for n, part in enumerate(parts)]
    _, run = validated([*running, JobReport(status="succeeded", output="end")])

    report = run()

    assert (report.status, report.output) == ("succeeded", "".join(parts) + "end")


def test_the_code_is_sent_once_and_each_call_goes_on_where_the_last_one_ended():
    gateway, run = validated(
        [
            JobReport(status="pending"),
            JobReport(status="running", output="a", log_offset=10),
            JobReport(status="running", log_offset=10),
            JobReport(status="succeeded", output="b", log_offset=25),
        ]
    )

    run()

    assert [call["log_offset"] for _, call in gateway.calls] == [0, 0, 10, 10]
    assert [method for method, _ in gateway.calls] == ["validate", "follow", "follow", "follow"]
    assert {(call["run_id"], call["wait_seconds"], call["ray_cluster_ip"]) for _, call in gateway.calls} == {
        ("v-1", 5, CLUSTER)
    }


def test_a_program_that_outlasts_the_limit_is_stopped_and_the_failure_says_so():
    gateway, run = validated([JobReport(status="running", output="tick\n", log_offset=5)], limit=3)

    report = run()

    assert gateway.stopped == ["v-1"]
    assert (report.status, report.error.code) == ("timed_out", "job_failed")
    assert "still running after 3 s, so it was stopped" in report.error.message


def test_what_a_program_printed_until_it_was_stopped_is_kept():
    running = [JobReport(status="running", output=f"{n}\n", log_offset=2 * n) for n in range(1, 10)]
    gateway, run = validated(running, limit=3)

    report = run()

    assert report.output == "".join(f"{n}\n" for n in range(1, 10))
    assert [method for method, _ in gateway.calls][-2:] == ["stop", "follow"]
    assert gateway.calls[-1][1]["log_offset"] == 2 * (len(gateway.calls) - 2)


def test_a_program_that_ended_while_it_was_being_stopped_stays_as_it_ended():
    running = [JobReport(status="running", output="at work\n", log_offset=8)] * 4
    _, run = validated([*running, JobReport(status="succeeded", output="done", log_offset=12)], limit=2)

    report = run()

    assert (report.status, report.output) == ("succeeded", "at work\n" * 4 + "done")


def test_another_program_that_ended_while_it_was_being_stopped_does_not_count():
    running = [JobReport(status="running")] * 4
    _, run = validated([*running, JobReport(status="succeeded", code_sha256=sha256_of("something else"))], limit=2)

    with pytest.raises(HashMismatch):
        run()


def test_a_job_that_could_not_be_stopped_is_not_said_to_be():
    gateway, run = validated([JobReport(status="running")], limit=3)
    gateway.stop = lambda **_where: JobReport(status="running")

    report = run()

    assert report.status == "timed_out"
    assert "could not be stopped" in report.error.message


def test_a_refused_stop_is_not_taken_for_one():
    gateway, run = validated([JobReport(status="running", output="tick\n")], limit=1)
    gateway.stop = lambda **_where: JobReport(status="rejected")

    assert "could not be stopped" in run().error.message


def test_a_stop_that_gets_no_answer_leaves_the_time_limit_as_the_failure():
    gateway, run = validated([JobReport(status="running", output="tick\n")], limit=1)
    gateway.stop = raising(GatewayTimeout())

    report = run()

    assert (report.status, report.output[:5]) == ("timed_out", "tick\n")
    assert "could not be stopped" in report.error.message


def test_a_stopped_job_is_said_to_be_when_only_its_last_words_are_lost():
    gateway, run = validated([JobReport(status="running", output="tick\n")], limit=1)
    stop = gateway.stop

    def stop_and_fall_silent(**where):
        gateway.follow = raising(GatewayUnavailable())
        return stop(**where)

    gateway.stop = stop_and_fall_silent

    report = run()

    assert (report.status, report.output) == ("timed_out", "tick\n")
    assert "so it was stopped" in report.error.message


def test_an_answer_that_was_lost_is_asked_for_again_and_starts_no_second_job():
    gateway, run = validated([GatewayTimeout(), JobReport(status="succeeded", output="x")])

    report = run()

    assert report.output == "x"
    assert [method for method, _ in gateway.calls] == ["validate", "validate"]
    assert list(gateway.started) == ["v-1"]


@pytest.mark.parametrize("failure", [GatewayTimeout, GatewayUnavailable])
def test_a_started_job_outlives_failures_of_the_gateway_that_are_not_in_a_row(failure):
    lost = [JobReport(status="running"), *[failure()] * (MAX_SILENCES - 1)] * 5
    gateway, run = validated([*lost, JobReport(status="succeeded")])

    assert run().status == "succeeded"
    assert gateway.stopped == []


@pytest.mark.parametrize("failure", [GatewayTimeout, GatewayUnavailable])
def test_a_started_job_is_stopped_when_the_gateway_is_given_up(failure):
    running = JobReport(status="running")
    gateway, run = validated([running, *[failure()] * MAX_SILENCES, running])

    with pytest.raises(failure):
        run()

    assert gateway.stopped == ["v-1"]


def test_a_gateway_that_stays_silent_is_given_up_and_a_stop_is_tried():
    gateway, run = validated([GatewayTimeout()])

    with pytest.raises(GatewayTimeout):
        run()

    assert [method for method, _ in gateway.calls] == ["validate"] * MAX_SILENCES + ["stop"]


def test_a_gateway_that_refuses_the_start_is_not_asked_again_and_nothing_is_left_running():
    gateway, run = validated([GatewayUnavailable(), JobReport(status="running")])

    with pytest.raises(GatewayUnavailable):
        run()

    assert [method for method, _ in gateway.calls] == ["validate", "stop"]
    assert gateway.stopped == ["v-1"]


def test_a_cancelled_validation_stops_its_job():
    cancelled = Event()
    cancelled.set()
    gateway, run = validated([JobReport(status="running")], cancelled=cancelled)

    with pytest.raises(Cancelled):
        run()

    assert gateway.stopped == ["v-1"]


def test_a_cancelled_validation_stays_cancelled_when_its_job_cannot_be_stopped():
    cancelled = Event()
    cancelled.set()
    gateway, run = validated([JobReport(status="running")], cancelled=cancelled)
    gateway.stop = raising(GatewayUnavailable())

    with pytest.raises(Cancelled):
        run()


@pytest.mark.parametrize("status", ["running", "succeeded"])
def test_another_program_than_the_one_that_was_sent_does_not_count_and_is_stopped(status):
    gateway, run = validated([JobReport(status=status, code_sha256=sha256_of("something else"))])

    with pytest.raises(HashMismatch):
        run()

    assert [method for method, _ in gateway.calls] == ["validate", "stop"]


def test_the_output_that_is_kept_is_bounded_and_keeps_its_end():
    _, run = validated(
        [JobReport(status="running", output="x" * MAX_OUTPUT), JobReport(status="succeeded", output="the end")]
    )

    report = run()

    assert len(report.output) == MAX_OUTPUT
    assert report.output.endswith("xthe end")


@pytest.mark.parametrize("code", ["cluster_unreachable", "files_unreachable"])
def test_a_cluster_that_did_not_answer_is_asked_again(code):
    gateway, run = validated([unanswered("rejected", code), JobReport(status="succeeded", output="x")])

    report = run()

    assert (report.status, report.output) == ("succeeded", "x")
    assert [method for method, _ in gateway.calls] == ["validate", "validate"]


def test_a_cluster_that_never_answers_is_told_as_it_is():
    gateway, run = validated([unanswered("rejected")])

    report = run()

    assert (report.status, report.error.code) == ("rejected", "cluster_unreachable")
    assert [method for method, _ in gateway.calls] == ["validate"] * MAX_SILENCES


@pytest.mark.parametrize("code", ["cluster_refused", "policy", "bad_request"])
def test_what_was_looked_at_and_rejected_is_not_asked_again(code):
    gateway, run = validated([unanswered("rejected", code), JobReport(status="succeeded")])

    assert run().error.code == code
    assert len(gateway.calls) == 1


def test_a_program_that_may_have_been_started_is_sent_again_until_the_cluster_has_confirmed_it():
    unknown = [unanswered("running")] * (MAX_SILENCES + 2)
    gateway, run = validated([*unknown, JobReport(status="running"), JobReport(status="succeeded")])

    assert run().status == "succeeded"
    assert [method for method, _ in gateway.calls] == ["validate"] * (len(unknown) + 1) + ["follow"]
