import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.supervisor.commands import AboutLine, GoBack, Thanks, WhyFailed, command_of


@pytest.mark.parametrize(
    ("prompt", "number"),
    [
        ("go back to the second version", 2),
        ("Go back to version 2.", 2),
        ("please go back to v3", 3),
        ("OK, revert to the first version, please!", 1),
        ("could you restore the original program?", 1),
        ("use version 4", 4),
        ("switch back to the 12th version", 12),
        ("back to version #7", 7),
        ("go back to the previous version", None),
        ("undo that", None),
        ("go back", None),
    ],
)
def test_a_return_to_a_version_is_a_command(prompt, number):
    assert command_of(prompt) == GoBack(number)


@pytest.mark.parametrize(
    "prompt",
    [
        "go back to the second version and use 4 workers",
        "go back to the second version but print more",
        "use version 2 of the API",
        "use the second version of numpy",
        "use 4 workers",
        "undo the deletion in the sorted list",
        "make it use 4 workers",
        "why does Ray need an actor here, and can you fix it?",
        "explain how actors work",
        "thanks, now use 4 workers",
        "great, but make it faster",
        "write a program that goes back to the second version of a file",
        "",
    ],
)
def test_whatever_says_anything_else_is_for_the_model(prompt):
    assert command_of(prompt) is None


@pytest.mark.parametrize("prompt", ["why did that fail?", "Why did it fail", "what went wrong?", "explain the error"])
def test_a_question_about_the_failure_is_understood(prompt):
    assert command_of(prompt) == WhyFailed()


@pytest.mark.parametrize("prompt", ["explain line 12", "What does line 12 do?", "show me line 12 please"])
def test_a_question_about_a_line_is_understood(prompt):
    assert command_of(prompt) == AboutLine(12)


@pytest.mark.parametrize("prompt", ["thanks", "Thank you!", "great, thanks", "👍", "perfect, it works!"])
def test_thanks_ask_for_nothing(prompt):
    assert command_of(prompt) == Thanks()


@given(st.text(max_size=300))
def test_no_prompt_is_too_much(prompt):
    command_of(prompt)


@given(st.integers(1, 9999), st.sampled_from(["go back to version {}", "revert to v{}", "use version {}!"]))
def test_every_number_is_understood_as_itself(number, form):
    assert command_of(form.format(number)) == GoBack(number)
