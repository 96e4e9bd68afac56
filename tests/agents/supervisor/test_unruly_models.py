"""Models that lie, loop or call their tools wrongly, call by call; the list of them is beside in adversaries.py."""

from threading import Event

import pytest

from agents.errors import (
    AgentError,
    ModelUnavailable,
    NoCode,
)
from agents.wire import (
    GeneratedCode,
)
from tests.agents.conftest import SESSION
from tests.agents.supervisor.rig import BAD, CLUSTER, GENERATE, GOOD, fails_when_bad, rig, validate_the_last
from tests.fakes.gateway import FakeGateway
from tests.fakes.scripted_model import Call


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


def test_a_model_that_lies_about_a_validation_is_not_believed():
    turn = rig(GENERATE, "Validated on the cluster, it printed Hello!")

    generation = turn.generate()

    assert (generation.kind, generation.code, generation.error.code) == ("unvalidated", GOOD, "not_validated")
    assert turn.gateway.calls == []


def test_a_model_that_lies_without_having_called_a_tool_has_only_spoken():
    turn = rig("Validated:\n```python\nprint('Hello')\n```")

    assert turn.generate().kind == "reply"
    assert turn.gateway.calls == []


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


def test_what_is_called_a_hundred_times_in_one_message_is_done_a_bounded_number_of_times():
    turn = rig([GENERATE] * 100, "Done.", programs=[f"x = {n}" for n in range(100)])

    generation = turn.generate()

    assert len(turn.writer.prompts) == 2 * (2 * turn.max_attempts + 3)
    assert (generation.kind, generation.code) == ("unvalidated", f"x = {len(turn.writer.prompts) - 1}")
