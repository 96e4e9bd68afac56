"""What becomes of a request whose program, cluster or writer fails."""

import pytest

from agents.errors import (
    GatewayUnavailable,
    RemoteFailure,
    RuntimeTimeout,
)
from agents.wire import (
    JobReport,
    PolicyFinding,
    Repairing,
    UnvalidatedCode,
    Validating,
    WireError,
    Writing,
)
from tests.agents.supervisor.rig import (
    BAD,
    GENERATE,
    GOOD,
    TRACEBACK,
    fails_when_bad,
    last_result,
    rig,
    validate_the_last,
)
from tests.fakes.gateway import FakeGateway
from tests.fakes.scripted_model import Call


def test_progress_tells_each_step_of_a_repair():
    turn = rig(
        GENERATE,
        validate_the_last,
        GENERATE,
        validate_the_last,
        programs=[BAD, GOOD],
        gateway=FakeGateway(fails_when_bad),
    )

    generation = turn.generate()

    assert generation.kind == "validated"
    assert turn.events == [
        Writing(attempt=1),
        Validating(attempt=1, attempts=3),
        Repairing(attempt=1, attempts=3, error="NameError: BAD"),
        Writing(attempt=2),
        Validating(attempt=2, attempts=3),
    ]


def test_what_could_not_be_written_is_not_validated_in_the_place_of_an_older_program():
    no_code = RemoteFailure(WireError(code="no_code", message="There is no program in the answer."))
    both = [GENERATE, Call("validate_ray_code", {"code_ref": "new"})]
    turn = rig(both, both, "Sorry.", programs=[BAD, no_code], gateway=FakeGateway(fails_when_bad))

    generation = turn.generate()

    assert (generation.kind, len(generation.attempts)) == ("unvalidated", 1)
    assert list(turn.gateway.started.values()) == [BAD]


def test_a_repair_is_not_blind_for_the_writer_gets_the_program_and_its_traceback():
    bad = BAD + "text = '```'\n"
    turn = rig(
        GENERATE,
        validate_the_last,
        Call("generate_code", {"instructions": "Repair it."}),
        validate_the_last,
        programs=[bad, GOOD],
        gateway=FakeGateway(fails_when_bad),
    )

    turn.generate()

    prompt = turn.writer.prompts[1][0]
    assert prompt.startswith("Repair it.\n\n````python current program\n")
    assert bad in prompt
    assert TRACEBACK in prompt
    assert "before" in prompt


def test_the_model_is_told_why_a_validation_failed():
    turn = rig(
        GENERATE,
        validate_the_last,
        last_result,
        programs=[BAD],
        gateway=FakeGateway(fails_when_bad),
    )

    turn.generate()

    assert "NameError: BAD" in turn.model.words


def test_after_the_last_attempt_the_failure_is_honest_and_has_the_last_error():
    turn = rig(
        *[GENERATE, validate_the_last] * 2,
        programs=[BAD, BAD + "# again\n"],
        max_attempts=2,
        gateway=FakeGateway(fails_when_bad),
    )

    generation = turn.generate()

    assert isinstance(generation, UnvalidatedCode)
    assert generation.code == BAD + "# again\n"
    assert generation.error.code == "job_failed"
    assert generation.traceback == TRACEBACK
    assert [(attempt.status, attempt.error) for attempt in generation.attempts] == [("failed", "NameError: BAD")] * 2


def test_a_program_that_needs_approval_ends_the_turn_and_is_not_repaired():
    finding = PolicyFinding(line=1, rule="network", sentence="Line 1 (requests) uses the network: read a file.")
    refusal = WireError(code="needs_approval", message=f"{finding.sentence} So it was not run.")
    waits = JobReport(status="rejected", error=refusal, findings=(finding,))
    case = rig(GENERATE, validate_the_last, gateway=FakeGateway(lambda _code: [waits]))

    result = case.generate()

    assert (result.kind, result.needs_approval, result.findings) == ("unvalidated", True, (finding,))
    assert (result.error, result.explanation) == (refusal, "How.")
    assert len(case.writer.prompts) == 1
    assert not [event for event in case.events if event.event == "repairing"]


def test_a_policy_refusal_counts_as_an_attempt_and_its_sentence_is_told_to_the_model_the_writer_and_the_user():
    refusal = WireError(code="policy", message="Line 3 opens a shell. Use Ray tasks instead.")
    gateway = FakeGateway(lambda _code: [JobReport(status="rejected", error=refusal)])
    programs = [f"{GOOD}# {number}\n" for number in range(3)]
    turn = rig(*[GENERATE, validate_the_last] * 3, programs=programs, gateway=gateway)

    generation = turn.generate()

    assert generation.error == refusal
    assert [attempt.error for attempt in generation.attempts] == [refusal.message] * 3
    assert refusal.message in turn.model.words
    assert refusal.message in turn.writer.prompts[1][0]


@pytest.mark.parametrize("code", ["cluster_unreachable", "cluster_refused"])
def test_a_cluster_that_cannot_be_used_is_not_repaired_by_writing_code(code):
    error = WireError(code=code, message="The cluster does not answer. Check its address.")
    gateway = FakeGateway(lambda _code: [JobReport(status="rejected", error=error)])
    turn = rig(GENERATE, validate_the_last, gateway=gateway)

    generation = turn.generate()

    assert (generation.kind, generation.error, generation.code) == ("unvalidated", error, GOOD)
    assert len(turn.writer.prompts) == 1


def test_a_gateway_that_fails_leaves_the_program_unvalidated_and_says_why():
    gateway = FakeGateway(lambda _code: [GatewayUnavailable()])
    turn = rig(GENERATE, validate_the_last, gateway=gateway)

    generation = turn.generate()

    assert (generation.kind, generation.code, generation.error.code) == ("unvalidated", GOOD, "gateway_unavailable")
    assert generation.attempts == ()


@pytest.mark.parametrize(
    "failure",
    [RuntimeTimeout(), RemoteFailure(WireError(code="model_throttled", message="Wait a minute."))],
    ids=["runtime", "its model"],
)
def test_a_writer_that_fails_ends_the_turn_with_its_failure(failure):
    turn = rig(GENERATE, programs=[failure])

    with pytest.raises(type(failure)) as raised:
        turn.generate()

    assert raised.value.to_wire() == failure.to_wire()


def test_a_program_that_the_cluster_did_not_execute_as_it_was_sent_does_not_count():
    gateway = FakeGateway(lambda _code: [JobReport(status="succeeded", output="Hello\n", code_sha256="0" * 64)])
    turn = rig(GENERATE, validate_the_last, gateway=gateway)

    generation = turn.generate()

    assert (generation.kind, generation.error.code) == ("unvalidated", "hash_mismatch")


def test_a_writer_without_a_program_lets_the_model_explain():
    no_code = RemoteFailure(WireError(code="no_code", message="There is no program in the answer."))
    turn = rig(GENERATE, lambda messages: f"Sorry: {last_result(messages)}", programs=[no_code])

    assert turn.generate().text == "Sorry: There is no program in the answer."
