import pytest

from agents.cookbook.model import CookbookModel
from agents.models import OpenedModel
from agents.supervisor.history import MAX_PROMPT
from agents.supervisor.lookups import WELCOME
from agents.wire import JobReport, PastTurn, PastVersion
from tests.agents.supervisor.rig import BAD, GENERATE, GOOD, last_result, rig, validate_the_last
from tests.fakes.gateway import FakeGateway
from tests.fakes.scripted_model import Call

FIRST = "print('one')\n"
SECOND = "import ray\nx = 1\nprint('two')\n"
FAILURE = 'Traceback (most recent call last):\n  File "program.py", line 2, in <module>\nNameError: x'
VERSIONS = (
    PastVersion(number=1, title="Print one", code=FIRST, validated=True),
    PastVersion(number=2, title="Print two", code=SECOND, validated=True, failure=FAILURE),
)
HISTORY = (
    PastTurn(prompt="Print one", answer="It ran.", version=1),
    PastTurn(prompt="Print two instead", answer="It ran.", version=2),
)
THREAD = {"history": HISTORY, "versions": VERSIONS, "code": SECOND}


def texts(request):
    return [(message["role"], message["content"][0]["text"]) for message in request["messages"]]


def test_the_model_sees_the_thread_as_it_was_and_its_programs_by_reference():
    turn = rig("Fine.")

    turn.generate("Is that fine?", **THREAD)

    (request,) = turn.model.requests
    assert texts(request) == [
        ("user", "Print one"),
        ("assistant", "version-1 «Print one». It ran."),
        ("user", "Print two instead"),
        ("assistant", "version-2 «Print two». It ran."),
        ("user", "Is that fine?"),
    ]
    assert "- version-2: Print two (ran, and failed when it was run last)" in request["system_prompt"]
    assert "current program is version-2" in request["system_prompt"]
    assert SECOND not in turn.model.words


def test_a_change_starts_from_the_current_program_and_its_last_failure():
    turn = rig(GENERATE, validate_the_last)

    turn.generate("make it use 4 workers", **THREAD)

    prompt, _ = turn.writer.prompts[0]
    assert SECOND in prompt
    assert "2 | x = 1" in prompt
    assert "NameError: x" in prompt


def test_a_change_can_start_from_another_version():
    turn = rig(Call("generate_code", {"instructions": "4 workers.", "code_ref": "version-1"}), validate_the_last)

    turn.generate("go back to the first version and use 4 workers", **THREAD)

    assert FIRST in turn.writer.prompts[0][0]
    assert SECOND not in turn.writer.prompts[0][0]


def test_a_question_about_a_line_is_answered_from_the_program_and_without_a_run():
    turn = rig(Call("read_program", {"code_ref": "version-2"}), lambda messages: f"I read: {last_result(messages)}")

    generation = turn.generate("explain line 2", **THREAD)

    assert generation.kind == "reply"
    assert "2 | x = 1" in generation.text
    assert "NameError: x" in generation.text
    assert turn.gateway.calls == []


@pytest.mark.parametrize(("prompt", "code"), [("go back to the first version", FIRST), ("undo that", FIRST)])
def test_going_back_takes_no_model_and_gives_exactly_that_program_validated_anew(prompt, code):
    turn = rig()

    generation = turn.generate(prompt, **THREAD)

    assert (generation.kind, generation.code, generation.title) == ("validated", code, "Print one")
    assert (turn.model.requests, turn.writer.prompts) == ([], [])
    assert list(turn.gateway.started.values()) == [code]


def test_going_back_to_a_program_that_fails_today_says_so_and_repairs_nothing():
    turn = rig(gateway=FakeGateway(lambda _code: [JobReport(status="failed", traceback=FAILURE)]))

    generation = turn.generate("go back to version 1", **THREAD)

    assert (generation.kind, generation.code, len(generation.attempts)) == ("unvalidated", FIRST, 1)


def test_going_back_to_a_version_that_never_was_names_those_that_are():
    turn = rig()

    generation = turn.generate("go back to version 7", **THREAD)

    assert generation.kind == "reply"
    assert "1, 2" in generation.text


def test_after_a_return_the_conversation_goes_on_from_there():
    back = PastTurn(prompt="go back to version 1", answer="It ran.", version=3)
    again = PastVersion(number=3, title="Print one", code=FIRST, validated=True)
    turn = rig("Fine.")

    turn.generate("Is that fine?", history=(*HISTORY, back), versions=(*VERSIONS, again), code=FIRST)

    assert texts(turn.model.requests[0]) == [
        ("user", "Print one"),
        ("assistant", "version-3 «Print one». It ran."),
        ("user", "Is that fine?"),
    ]
    assert "current program is version-3" in turn.model.requests[0]["system_prompt"]


def test_long_texts_of_the_thread_are_shortened():
    turn = rig("Fine.")

    turn.generate("Is that fine?", history=(PastTurn(prompt="x" * 10_000, answer="y" * 10_000),))

    assert len(turn.model.words) < 15_000
    assert len(texts(turn.model.requests[0])[0][1]) == MAX_PROMPT + 1


def test_a_request_that_was_never_answered_keeps_its_place():
    turn = rig("Fine.")

    turn.generate("Hello?", history=(PastTurn(prompt="Print one"),))

    assert [role for role, _ in texts(turn.model.requests[0])] == ["user", "assistant", "user"]


def offline():
    return rig(opened=OpenedModel(CookbookModel(), "the book", offline=True))


@pytest.mark.parametrize(
    ("prompt", "words"),
    [
        ("why did that fail?", "version 2) failed in line 2, `x = 1`: NameError: x"),
        ("explain line 2", "   2 > x = 1"),
        ("explain line 99", "has 3 lines"),
        ("thanks!", WELCOME),
    ],
)
def test_without_a_language_model_questions_are_answered_with_what_is_known(prompt, words):
    turn = offline()

    generation = turn.generate(prompt, **THREAD)

    assert (generation.kind, generation.offline) == ("reply", True)
    assert words in generation.text
    assert turn.gateway.calls == []


def test_without_a_language_model_a_thread_can_go_back_too():
    turn = offline()

    assert turn.generate("go back to the first version", **THREAD).code == FIRST


@pytest.mark.parametrize("prompt", ["why did that fail?", "explain line 2"])
def test_questions_about_no_program_say_that_there_is_none(prompt):
    assert "no program in this thread yet" in offline().generate(prompt).text


def test_a_program_that_never_failed_is_not_said_to_have_failed():
    turn = offline()

    generation = turn.generate("why did that fail?", versions=VERSIONS[:1], code=FIRST)

    assert "has not failed" in generation.text


def test_a_current_program_that_is_no_version_has_a_reference_of_its_own():
    turn = rig(GENERATE, validate_the_last, programs=[GOOD])

    turn.generate("Repair it.", code=BAD, versions=VERSIONS)

    assert "current program is current" in turn.model.requests[0]["system_prompt"]
    assert BAD in turn.writer.prompts[0][0]
