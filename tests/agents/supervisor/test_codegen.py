import pytest

from agents.errors import Cancelled, RemoteFailure, RuntimeUnavailable
from agents.supervisor.codegen import Commission, RuntimeCodeGenerator
from agents.text import MAX_EXPLANATION, MAX_LISTED, MAX_TITLE
from agents.wire import Drafting, Envelope, GeneratedCode, Usage, Waiting, WireError
from tests.agents.conftest import HOSTILE, SESSION


class Runtime:
    """A code-gen runtime that gives one answer after some events, and notes what it was asked and the hanging up."""

    def __init__(self, answer, *events):
        self.events = [*events, {"event": "finished", "envelope": answer}]
        self.payloads = []
        self.hung_up = False

    def stream(self, _session_id, payload):
        self.payloads.append(payload)
        try:
            yield from self.events
        finally:
            self.hung_up = True


def program(**fields):
    return {"ok": True, "result": {"code": "x = 1", "title": "A title", "model": "Writer 1", **fields}}


def generated(**fields):
    return RuntimeCodeGenerator(Runtime(program(**fields))).generate(Commission("Write it", SESSION))


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
    written = generated(title="\x00Count\x07\n" + "t" * 500, explanation="How\x00 \ud83d" + "e" * 5_000)

    assert written.title.startswith("Count ttt")
    assert written.explanation.startswith("How ?eee")
    assert (len(written.title), len(written.explanation)) == (MAX_TITLE, MAX_EXPLANATION)


def test_assumptions_and_packages_are_a_few_short_lines():
    written = generated(assumptions=["Two\nlines\x00", "", *["more"] * 50], packages=["numpy", " "], prints="A\nsum")

    assert (written.assumptions[0], len(written.assumptions)) == ("Two lines", MAX_LISTED)
    assert (written.packages, written.prints) == (("numpy",), "A sum")


def test_the_writers_progress_is_passed_on_and_what_its_model_took_is_counted():
    draft, waiting = Drafting(lines=2, tail="import ray"), Waiting(seconds=3, model="Writer 1")
    answer = {**program(), "usage": {"model_calls": 2, "input_tokens": 70, "output_tokens": 5, "cost_usd": 0.5}}
    heartbeat = {"event": "heartbeat", "seconds": 1}
    runtime = Runtime(answer, draft.model_dump(mode="json"), heartbeat, waiting.model_dump(mode="json"))
    heard = []
    commission = Commission("Write it", SESSION, facts="Two CPUs.", announce=heard.append)

    RuntimeCodeGenerator(runtime).generate(commission)

    assert heard == [draft, waiting]
    assert commission.meter.total == Usage(model_calls=2, input_tokens=70, output_tokens=5, cost_usd=0.5)
    assert runtime.payloads == [
        {"prompt": "Write it", "session_id": SESSION, "facts": "Two CPUs.", "progress": True},
    ]


def test_a_failure_costs_too():
    failure = Envelope.failure(WireError(code="no_code", message="No."))
    runtime = Runtime(failure.model_copy(update={"usage": Usage(model_calls=1)}).model_dump(mode="json"))
    commission = Commission("Write it", SESSION)

    with pytest.raises(RemoteFailure):
        RuntimeCodeGenerator(runtime).generate(commission)

    assert commission.meter.total.model_calls == 1


def test_a_request_that_is_cancelled_hangs_up_on_the_writer():
    runtime = Runtime(program(), {"event": "heartbeat", "seconds": 1})
    commission = Commission("Write it", SESSION)
    commission.cancelled.set()

    with pytest.raises(Cancelled):
        RuntimeCodeGenerator(runtime).generate(commission)

    assert runtime.hung_up


def test_a_title_of_nothing_but_control_characters_is_replaced():
    assert generated(title="\x00\x1b").title == "Untitled program"


def test_a_failure_is_passed_on_as_it_is():
    failure = WireError(code="no_code", message="There is no program in the answer.")
    writer = RuntimeCodeGenerator(Runtime(Envelope.failure(failure).model_dump(mode="json")))

    with pytest.raises(RemoteFailure) as raised:
        writer.generate(Commission("Write it", SESSION))

    assert raised.value.to_wire() == failure


@pytest.mark.parametrize("answer", [{}, "x", {"ok": True}, {"ok": True, "result": {"code": "x = 1"}}])
def test_an_answer_of_another_form_is_not_guessed_at(answer):
    with pytest.raises(RuntimeUnavailable):
        RuntimeCodeGenerator(Runtime(answer)).generate(Commission("Write it", SESSION))
