"""A request for a program, from the words to the answer, when everybody does their part."""

import json

import pytest

from agents.errors import (
    Cancelled,
)
from agents.supervisor.requests import EXECUTE_ONLY
from agents.wire import (
    Execute,
    Grant,
    JobReport,
    Reply,
    ValidatedCode,
    Validating,
    sha256_of,
)
from tests.agents.conftest import HOSTILE, SESSION
from tests.agents.supervisor.rig import (
    CLUSTER,
    GENERATE,
    GOOD,
    rig,
    validate_the_last,
)
from tests.fakes.gateway import FakeGateway
from tests.fakes.scripted_model import Call


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


def test_code_does_not_pass_through_the_model_and_reaches_the_cluster_byte_for_byte():
    turn = rig(GENERATE, validate_the_last, programs=[HOSTILE])

    generation = turn.generate()

    assert list(turn.gateway.started.values()) == [HOSTILE]
    assert (generation.code, generation.code_sha256) == (HOSTILE, sha256_of(HOSTILE))


def test_what_is_known_of_the_cluster_goes_to_the_writer_and_not_to_the_supervising_model():
    turn = rig(GENERATE, validate_the_last, cluster_facts="The cluster has 2 CPUs.")

    turn.generate()

    assert turn.writer.facts == ["The cluster has 2 CPUs."]
    assert "2 CPUs" not in turn.model.words


def test_the_first_instructions_reach_the_writer_as_they_are():
    turn = rig(Call("generate_code", {"instructions": "Print «é» ten times"}), validate_the_last)

    turn.generate()

    assert turn.writer.prompts == [("Print «é» ten times", SESSION)]


def test_a_runs_grant_is_passed_along_and_a_validation_has_none():
    case = rig(GENERATE, validate_the_last)
    grant = Grant(approvers=("U1",), expires_at=1, signature="0" * 64)
    run = Execute(
        code=GOOD, code_sha256=sha256_of(GOOD), run_id="r", session_id=SESSION, ray_cluster_ip=CLUSTER, grant=grant
    )

    case.generate()
    case.supervisor.execute(run)

    assert [arguments.get("grant") for _, arguments in case.gateway.calls] == [None, grant]


def test_words_without_code_are_a_reply():
    generation = rig("Ray actors keep state.").generate()

    assert generation == Reply(text="Ray actors keep state.", model="Supervising 1")


def test_a_reply_holds_nothing_that_cannot_be_kept():
    assert rig("Ray\x00 actors \ud83d\n\tkeep state.\x1b").generate().text == "Ray actors ?\n\tkeep state."


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
