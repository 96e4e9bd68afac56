import json
from threading import Event

import pytest

from agents.errors import (
    AgentError,
    Cancelled,
    GatewayUnavailable,
    ModelUnavailable,
    NoCode,
    RemoteFailure,
    RuntimeTimeout,
)
from agents.supervisor.outcome import NOTHING_RUN
from agents.supervisor.requests import EXECUTE_ONLY
from agents.wire import (
    Execute,
    GeneratedCode,
    Grant,
    JobReport,
    PolicyFinding,
    Repairing,
    Reply,
    UnvalidatedCode,
    ValidatedCode,
    Validating,
    WireError,
    Writing,
    sha256_of,
)
from tests.agents.conftest import HOSTILE, SESSION
from tests.agents.supervisor.rig import BAD, CLUSTER, GENERATE, GOOD, last_result, rig, validate_the_last
from tests.fakes.gateway import FakeGateway, succeeds
from tests.fakes.scripted_model import Call

TRACEBACK = 'Traceback (most recent call last):\n  File "main.py", line 2, in <module>\nNameError: BAD'


def fails_when_bad(code):
    if "BAD" in code:
        return [JobReport(status="failed", output="before\n", traceback=TRACEBACK, exit_code=1, seconds=2.0)]
    return succeeds(code)


def test_a_validated_program_is_assembled_from_the_store_and_the_report():
    turn = rig(GENERATE, validate_the_last)

    generation = turn.generate()

    assert generation == ValidatedCode(
        code=GOOD,
        code_sha256=sha256_of(GOOD),
        title="A title",
        explanation="How.",
        model="Writer 1",
        offline=True,
        ray_cluster_ip=CLUSTER,
        output="Hello\n",
        seconds=1.5,
        attempts=generation.attempts,
    )
    assert [(attempt.number, attempt.status) for attempt in generation.attempts] == [(1, "succeeded")]


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


def test_a_success_ends_the_turn_without_another_model_call():
    turn = rig(GENERATE, validate_the_last)

    turn.generate()

    assert len(turn.model.requests) == 2


def test_the_model_never_sees_the_code_the_cluster_the_session_or_the_user():
    turn = rig(GENERATE, validate_the_last)

    turn.generate(user_id="U-SECRET")

    for hidden in (GOOD, json.dumps(GOOD), CLUSTER, SESSION, "U-SECRET"):
        assert hidden not in turn.model.words


@pytest.mark.parametrize(
    ("code", "offered"),
    [
        (None, ["generate_code", "validate_ray_code"]),
        (GOOD, ["generate_code", "validate_ray_code", "read_program"]),
    ],
    ids=["new thread", "program there"],
)
def test_the_model_is_offered_two_tools_and_a_third_to_read_what_is_there(code, offered):
    turn = rig("No.")

    turn.generate(code=code)

    assert [tool["name"] for tool in turn.model.requests[0]["tools"]] == offered


def test_a_program_can_be_written_and_validated_in_one_message_before_its_reference_is_known():
    turn = rig([GENERATE, Call("validate_ray_code", {"code_ref": "new"})])

    generation = turn.generate()

    assert (generation.kind, len(turn.model.requests)) == ("validated", 1)


def test_what_could_not_be_written_is_not_validated_in_the_place_of_an_older_program():
    no_code = RemoteFailure(WireError(code="no_code", message="There is no program in the answer."))
    both = [GENERATE, Call("validate_ray_code", {"code_ref": "new"})]
    turn = rig(both, both, "Sorry.", programs=[BAD, no_code], gateway=FakeGateway(fails_when_bad))

    generation = turn.generate()

    assert (generation.kind, len(generation.attempts)) == ("unvalidated", 1)
    assert list(turn.gateway.started.values()) == [BAD]


def test_code_does_not_pass_through_the_model_and_reaches_the_cluster_byte_for_byte():
    turn = rig(GENERATE, validate_the_last, programs=[HOSTILE])

    generation = turn.generate()

    assert list(turn.gateway.started.values()) == [HOSTILE]
    assert (generation.code, generation.code_sha256) == (HOSTILE, sha256_of(HOSTILE))


def test_arguments_that_a_model_invents_choose_neither_cluster_nor_session():
    invented = {"ray_cluster_ip": "169.254.169.254", "session_id": "other", "code": "evil"}
    turn = rig(
        Call("generate_code", {"instructions": "Write it.", **invented}),
        Call("validate_ray_code", {"code_ref": "code-1", **invented}),
    )

    turn.generate()

    assert {call["ray_cluster_ip"] for _, call in turn.gateway.calls} == {CLUSTER}
    assert [session for _, session in turn.writer.prompts] == [SESSION]
    assert list(turn.gateway.started.values()) == [GOOD]


def test_what_is_known_of_the_cluster_goes_to_the_writer_and_not_to_the_supervising_model():
    turn = rig(GENERATE, validate_the_last, cluster_facts="The cluster has 2 CPUs.")

    turn.generate()

    assert turn.writer.facts == ["The cluster has 2 CPUs."]
    assert "2 CPUs" not in turn.model.words


def test_the_first_instructions_reach_the_writer_as_they_are():
    turn = rig(Call("generate_code", {"instructions": "Print «é» ten times"}), validate_the_last)

    turn.generate()

    assert turn.writer.prompts == [("Print «é» ten times", SESSION)]


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


def test_a_runs_grant_is_passed_along_and_a_validation_has_none():
    case = rig(GENERATE, validate_the_last)
    grant = Grant(approvers=("U1",), expires_at=1, signature="0" * 64)
    run = Execute(
        code=GOOD, code_sha256=sha256_of(GOOD), run_id="r", session_id=SESSION, ray_cluster_ip=CLUSTER, grant=grant
    )

    case.generate()
    case.supervisor.execute(run)

    assert [arguments.get("grant") for _, arguments in case.gateway.calls] == [None, grant]


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


def test_words_without_code_are_a_reply():
    generation = rig("Ray actors keep state.").generate()

    assert generation == Reply(text="Ray actors keep state.", model="Supervising 1")


def test_a_reply_holds_nothing_that_cannot_be_kept():
    assert rig("Ray\x00 actors \ud83d\n\tkeep state.\x1b").generate().text == "Ray actors ?\n\tkeep state."


def test_a_writer_without_a_program_lets_the_model_explain():
    no_code = RemoteFailure(WireError(code="no_code", message="There is no program in the answer."))
    turn = rig(GENERATE, lambda messages: f"Sorry: {last_result(messages)}", programs=[no_code])

    assert turn.generate().text == "Sorry: There is no program in the answer."


def test_a_model_that_lies_about_a_validation_is_not_believed():
    turn = rig(GENERATE, "Validated on the cluster, it printed Hello!")

    generation = turn.generate()

    assert (generation.kind, generation.code, generation.error.code) == ("unvalidated", GOOD, "not_validated")
    assert turn.gateway.calls == []


def test_a_model_that_lies_without_having_called_a_tool_is_contradicted():
    generation = rig("Validated:\n```python\nprint('Hello')\n```").generate()

    assert generation.kind == "reply"
    assert generation.text.endswith(NOTHING_RUN)


def test_a_model_that_invents_a_reference_runs_nothing():
    turn = rig(Call("validate_ray_code", {"code_ref": "code-7"}), "It works!")

    generation = turn.generate()

    assert turn.gateway.calls == []
    assert generation.kind == "reply"
    assert "code-7" not in turn.gateway.started


def test_a_model_that_loops_is_stopped():
    turn = rig(Call("validate_ray_code", {"code_ref": "code-7"}), loops=True)

    with pytest.raises(NoCode):
        turn.generate()

    assert len(turn.model.requests) == 2 * turn.max_attempts + 3


def test_a_model_that_writes_for_ever_and_never_validates_is_stopped_with_its_last_program():
    turn = rig(GENERATE, programs=[f"x = {n}" for n in range(20)], loops=True)

    generation = turn.generate()

    assert (generation.kind, generation.error.code) == ("unvalidated", "not_validated")
    assert generation.code == f"x = {len(turn.writer.prompts) - 1}"


def test_a_model_that_validates_one_failing_program_again_and_again_is_stopped():
    turn = rig(
        GENERATE,
        Call("validate_ray_code", {"code_ref": "code-1"}),
        loops=True,
        programs=[BAD],
        gateway=FakeGateway(fails_when_bad),
    )

    generation = turn.generate()

    assert (generation.kind, len(generation.attempts)) == ("unvalidated", 3)


def test_a_model_that_sends_everything_at_once_is_served_in_order():
    turn = rig([GENERATE, Call("validate_ray_code", {"code_ref": "code-1"})])

    assert turn.generate().kind == "validated"


def test_tools_that_are_called_together_run_one_after_the_other():
    turn = rig([GENERATE, GENERATE], Call("validate_ray_code", {"code_ref": "code-2"}))
    turn.writer = OverlapDetector()

    turn.generate()

    assert turn.writer.overlapped == [False, False]


class OverlapDetector:
    """A writer that sees whether another call comes in while it is at work."""

    def __init__(self):
        self.entered = [Event(), Event()]
        self.overlapped = []

    def generate(self, _commission):
        mine = 1 if self.entered[0].is_set() else 0
        self.entered[mine].set()
        self.overlapped.append(mine == 0 and self.entered[1].wait(0.2))
        return GeneratedCode(code=GOOD, title="A title", model="Writer 1")


def test_after_a_success_nothing_more_of_the_same_batch_is_done():
    validate = Call("validate_ray_code", {"code_ref": "code-1"})
    turn = rig(GENERATE, [validate, validate, GENERATE])

    generation = turn.generate()

    assert generation.kind == "validated"
    assert (len(turn.gateway.started), len(turn.writer.prompts)) == (1, 1)


@pytest.mark.parametrize("words", ["", "  \n"])
def test_a_model_that_returns_nothing_is_a_failure(words):
    with pytest.raises(NoCode):
        rig(words).generate()


def test_a_model_that_fails_is_a_failure():
    with pytest.raises(ModelUnavailable):
        rig(ConnectionError("refused")).generate()


def test_a_prompt_that_only_mentions_execute_only_is_no_order_to_execute():
    turn = rig("I explain it.")

    generation = turn.generate(f"What does {EXECUTE_ONLY} mean?")

    assert (generation.kind, turn.gateway.calls) == ("reply", [])


def test_the_threads_current_program_is_given_to_the_writer_and_named_to_the_model():
    turn = rig(GENERATE, Call("validate_ray_code", {"code_ref": "code-1"}), programs=[GOOD])

    generation = turn.generate("Use 5 tasks", code=HOSTILE)

    assert "current program is current" in turn.model.requests[0]["system_prompt"]
    assert HOSTILE in turn.writer.prompts[0][0]
    assert HOSTILE not in turn.model.words
    assert generation.code == GOOD


def test_the_threads_current_program_can_be_validated_as_it_is():
    turn = rig(Call("validate_ray_code", {"code_ref": "current"}))

    generation = turn.generate("Does it still run?", code=HOSTILE)

    assert (generation.kind, generation.code) == ("validated", HOSTILE)


def test_the_threads_current_program_is_not_passed_off_as_a_new_one():
    turn = rig("It counts words.", programs=[])

    assert turn.generate("What does it do?", code=GOOD).kind == "reply"


def test_a_cancelled_turn_stops_its_job():
    turn = rig(GENERATE, validate_the_last)
    turn.gateway = FakeGateway(lambda _code: [JobReport(status="running")])
    turn.events = Cancelling(turn.cancelled)

    with pytest.raises(Cancelled):
        turn.generate()

    assert turn.gateway.stopped == list(turn.gateway.started)


class Cancelling(list):
    """Cancels as soon as the validation begins."""

    def __init__(self, cancelled):
        super().__init__()
        self.cancelled = cancelled

    def append(self, event):
        super().append(event)
        if isinstance(event, Validating):
            self.cancelled.set()


def test_a_tool_that_crashes_ends_the_turn_and_the_model_does_not_learn_why():
    turn = rig(GENERATE, programs=[KeyError("a secret")])

    with pytest.raises(AgentError) as raised:
        turn.generate()

    assert (raised.value.code, len(turn.model.requests)) == ("internal", 1)
    assert "a secret" not in turn.model.words + raised.value.sentence


def test_a_tool_called_with_the_wrong_arguments_lets_the_model_try_again():
    turn = rig(Call("generate_code", {"task": "Write it."}), GENERATE, validate_the_last)

    assert turn.generate().kind == "validated"


def test_a_tool_that_does_not_exist_lets_the_model_try_again():
    turn = rig(Call("run_shell", {"command": "id"}), GENERATE, validate_the_last)

    assert turn.generate().kind == "validated"
