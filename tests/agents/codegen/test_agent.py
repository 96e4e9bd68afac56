import pytest
from strands.types.exceptions import ModelThrottledException

from agents.codegen.agent import MAX_TURNS, write_program
from agents.codegen.dialects import SystemPrompt
from agents.errors import ModelThrottled, NoCode
from agents.models import OpenedModel
from agents.patience import Patience
from agents.wire import MAX_CODE_BYTES, GeneratedCode
from tests.agents.conftest import HOSTILE
from tests.fakes.scripted_model import Call, ScriptedModel


def submit(code, title="A title", explanation="How."):
    return Call("submit_program", {"code": code, "title": title, "explanation": explanation})


def write(model, prompt="Write it", system_prompt="You write."):
    opened = OpenedModel(model, "Scripted 1", patience=Patience(budget=0))
    return write_program(opened, prompt, SystemPrompt(system_prompt))


def test_a_submitted_program_is_taken_byte_for_byte_and_ends_the_turn():
    model = ScriptedModel(submit(HOSTILE))

    program = write(model)

    assert program == GeneratedCode(code=HOSTILE, title="A title", explanation="How.", model="Scripted 1")
    assert len(model.requests) == 1


def test_the_model_gets_the_prompts_as_they_are_and_one_tool():
    model = ScriptedModel(submit("x = 1"))

    write(model, prompt="Say «é»\\n", system_prompt="Your only dialect is Spark.")

    (request,) = model.requests
    assert request["messages"][0]["content"] == [{"text": "Say «é»\\n"}]
    assert request["system_prompt"] == "Your only dialect is Spark."
    assert [tool["name"] for tool in request["tools"]] == ["submit_program"]


def test_a_model_that_answers_in_prose_still_gives_its_program():
    program = write(ScriptedModel("Here you are:\n\n```python\nimport ray\nray.init()\n```\nHave fun!"))

    assert program.code == "import ray\nray.init()\n"
    assert program.title


@pytest.mark.parametrize(
    "refused",
    ["", " \n", "x = '\ud83d'", "x = '\x00'", "#" * (MAX_CODE_BYTES + 1)],
    ids=["empty", "blank", "half", "NUL", "long"],
)
def test_a_program_that_cannot_be_taken_is_asked_for_again(refused):
    model = ScriptedModel(submit(refused), submit("x = 1"))

    assert write(model).code == "x = 1"
    assert "Not taken" in model.words


@pytest.mark.parametrize(
    ("character", "flaw"), [("\ud83d", "half a character"), ("\x00", "a NUL")], ids=["half", "NUL"]
)
def test_a_program_in_prose_that_cannot_be_taken_is_refused_and_never_altered(character, flaw):
    with pytest.raises(NoCode, match=f"program in the model's answer contains {flaw}"):
        write(ScriptedModel(f"Here you are:\n\n```python\nx = '{character}'\n```\n"))


def test_a_program_in_prose_is_taken_whatever_stands_around_it():
    assert write(ScriptedModel("Have fun \ud83d\x00\n```python\nx = 1\n```\n")).code == "x = 1\n"


def test_a_model_that_never_hands_in_a_program_is_given_up():
    model = ScriptedModel(submit(""), loops=True)

    with pytest.raises(NoCode):
        write(model)

    assert len(model.requests) == MAX_TURNS


def test_a_model_that_declines_is_quoted_as_the_model_it_is():
    with pytest.raises(NoCode, match=r"words of the model \(Scripted 1\): «I will not do that»"):
        write(ScriptedModel("I will not do that"))


def test_the_quoted_words_are_bounded():
    with pytest.raises(NoCode) as raised:
        write(ScriptedModel("no " * 5_000))

    assert len(raised.value.sentence) < 1_200


def test_a_model_that_returns_nothing_has_written_nothing():
    with pytest.raises(NoCode):
        write(ScriptedModel(""))


def test_what_the_model_says_of_its_program_comes_with_it():
    arguments = {
        "code": "x = 1",
        "title": "A title",
        "explanation": "How.",
        "assumptions": ["The data fits\ninto memory."],
        "packages": ["numpy"],
        "prints": "One number.",
    }

    program = write(ScriptedModel(Call("submit_program", arguments)))

    assert (program.assumptions, program.packages) == (("The data fits into memory.",), ("numpy",))
    assert program.prints == "One number."


def test_a_throttled_model_is_said_as_such():
    model = ScriptedModel(ModelThrottledException("slow down"), loops=True)

    with pytest.raises(ModelThrottled):
        write(model)


def test_titles_and_explanations_are_bounded_and_hold_nothing_that_cannot_be_kept():
    program = write(ScriptedModel(submit("x = 1", title="t\x00" * 500 + "\ud83d", explanation="half \ud83d\x1b")))

    assert program.title == "t" * 80
    assert program.explanation == "half ?"


def test_the_words_that_are_quoted_hold_nothing_that_cannot_be_kept():
    with pytest.raises(NoCode, match="«I will not \\?»"):
        write(ScriptedModel("I will\x00 not \ud83d"))
