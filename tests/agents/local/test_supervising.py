"""The supervisor with a small model: what happens is decided in code, and by what really happened."""

import pytest

from agents.errors import NoCode, RemoteFailure
from agents.local.model import LocalModel
from agents.local.words import ONLY_PROGRAMS
from agents.models import OpenedModel
from agents.supervisor.lookups import WELCOME
from agents.wire import JobReport, PastVersion, UnvalidatedCode, ValidatedCode
from tests.agents.supervisor.rig import BAD, GOOD, rig
from tests.fakes.gateway import FakeGateway, succeeds
from tests.fakes.llama_server import ServedLlama

OTHER_BAD = BAD + "# again\n"
NAME = "tiny"


def small(**parts):
    return rig(opened=OpenedModel(LocalModel(ServedLlama(""), NAME), NAME, small=True), **parts)


def fails_when_bad(code):
    if "BAD" in code:
        return [JobReport(status="failed", traceback="Traceback …\nNameError: BAD", exit_code=1, seconds=2.0)]
    return succeeds(code)


def test_a_program_is_written_and_validated():
    generation = small().generate()

    assert isinstance(generation, ValidatedCode)
    assert generation.code == GOOD


def test_a_failed_program_is_repaired_with_its_failure_in_the_writers_prompt():
    turn = small(programs=[BAD, GOOD], gateway=FakeGateway(fails_when_bad))

    generation = turn.generate("Print Hello")

    assert [attempt.status for attempt in generation.attempts] == ["failed", "succeeded"]
    repair, _ = turn.writer.prompts[1]
    assert repair.startswith("Print Hello\n")
    assert "NameError: BAD" in repair


def test_attempts_end_with_the_last_failure():
    turn = small(programs=[BAD, OTHER_BAD, BAD, OTHER_BAD], gateway=FakeGateway(fails_when_bad))

    generation = turn.generate()

    assert isinstance(generation, UnvalidatedCode)
    assert len(generation.attempts) == 3


def test_a_writer_without_a_program_is_quoted():
    sentence = "There is no program in the answer."

    reply = small(programs=[RemoteFailure(NoCode(sentence).to_wire())]).generate()

    assert reply.text == sentence


def test_a_question_starts_no_writer():
    turn = small()

    reply = turn.generate("What is Ray?")

    assert (reply.text, reply.model, turn.writer.prompts) == (ONLY_PROGRAMS, NAME, [])


@pytest.mark.parametrize(
    ("request_", "said"), [("thanks!", WELCOME), ("why did that fail?", "NameError: BAD"), ("explain line 1", "import")]
)
def test_what_can_be_looked_up_is(request_, said):
    version = PastVersion(number=1, code=BAD, title="Bad", validated=False, failure="Traceback …\nNameError: BAD")

    reply = small().generate(request_, code=BAD, versions=(version,))

    assert said in reply.text
    assert not reply.offline
