import pytest

from agents.errors import RemoteFailure, RuntimeUnavailable
from agents.supervisor.codegen import RuntimeCodeGenerator
from agents.text import MAX_EXPLANATION, MAX_TITLE
from agents.wire import Envelope, GeneratedCode, WireError
from tests.agents.conftest import HOSTILE, SESSION


class Runtime:
    """A code-gen runtime that gives one answer."""

    def __init__(self, answer):
        self.answer = answer

    def invoke(self, _session_id, _payload):
        return self.answer


def generated(**fields):
    program = {"code": "x = 1", "title": "A title", "model": "Writer 1", **fields}
    return RuntimeCodeGenerator(Runtime({"ok": True, "result": program})).generate("Write it", SESSION)


def test_a_program_comes_as_it_was_sent():
    assert generated(code=HOSTILE, explanation="How.") == GeneratedCode(
        code=HOSTILE, title="A title", explanation="How.", model="Writer 1"
    )


@pytest.mark.parametrize(
    ("code", "flaw"), [("x = '\x00'", "NUL"), ("x = '\ud83d'", "half a character"), (" ", "empty")]
)
def test_a_program_that_nothing_could_keep_or_run_is_refused_in_a_sentence(code, flaw):
    with pytest.raises(RemoteFailure, match=flaw) as raised:
        generated(code=code)

    assert raised.value.code == "no_code"


def test_titles_and_explanations_are_short_lines_without_control_characters():
    program = generated(title="\x00Count\x07\n" + "t" * 500, explanation="How\x00 \ud83d" + "e" * 5_000)

    assert program.title.startswith("Count ttt")
    assert program.explanation.startswith("How ?eee")
    assert (len(program.title), len(program.explanation)) == (MAX_TITLE, MAX_EXPLANATION)


def test_a_title_of_nothing_but_control_characters_is_replaced():
    assert generated(title="\x00\x1b").title == "Untitled program"


def test_a_failure_is_passed_on_as_it_is():
    failure = WireError(code="no_code", message="There is no program in the answer.")
    writer = RuntimeCodeGenerator(Runtime(Envelope.failure(failure).model_dump(mode="json")))

    with pytest.raises(RemoteFailure) as raised:
        writer.generate("Write it", SESSION)

    assert raised.value.to_wire() == failure


@pytest.mark.parametrize("answer", [{}, "x", {"ok": True}, {"ok": True, "result": {"code": "x = 1"}}])
def test_an_answer_of_another_form_is_not_guessed_at(answer):
    with pytest.raises(RuntimeUnavailable):
        RuntimeCodeGenerator(Runtime(answer)).generate("Write it", SESSION)
