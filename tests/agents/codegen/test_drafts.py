import json
from itertools import count

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.codegen.drafts import TAIL_CHARACTERS, TAIL_LINES, Drafts, code_so_far, drafting
from tests.agents.conftest import HOSTILE

TEXT = st.text(st.characters(exclude_categories=["Cs"]))
ARGUMENTS = st.builds(
    lambda before, code, after: {"title": before, "code": code, "explanation": after, "assumptions": [after, "code"]},
    TEXT,
    TEXT,
    TEXT,
)


@given(ARGUMENTS, st.booleans(), st.data())
def test_a_call_that_is_cut_anywhere_gives_a_beginning_of_the_program(arguments, escaped, data):
    text = json.dumps(arguments, ensure_ascii=escaped)
    cut = data.draw(st.integers(0, len(text)))

    assert arguments["code"].startswith(code_so_far(text[:cut]))


@given(ARGUMENTS, st.booleans())
def test_a_whole_call_gives_the_whole_program(arguments, escaped):
    assert code_so_far(json.dumps(arguments, ensure_ascii=escaped)) == arguments["code"]


@given(TEXT)
def test_whatever_is_no_call_is_not_too_much(text):
    code_so_far(text)


def test_a_title_that_looks_like_a_program_is_none():
    assert code_so_far(json.dumps({"title": '"code": "evil', "code": "x = 1"})) == "x = 1"


def told(*events):
    heard, seconds = [], count()
    drafts = Drafts("submit_program", heard.append, clock=lambda: float(next(seconds)))
    for event in events:
        drafts(**event)
    return heard


def submission(code):
    call = {"name": "submit_program", "input": json.dumps({"code": code})[:-2]}
    return {"current_tool_use": call, "delta": {}}


def test_the_program_is_told_as_it_grows():
    heard = told(submission("import ray\n"), submission("import ray\nray.init()\n"))

    assert [(draft.lines, draft.tail) for draft in heard] == [(1, "import ray"), (2, "import ray\nray.init()")]


@pytest.mark.parametrize("call", [{}, {"name": "other", "input": '{"code": "x"}'}])
def test_another_tools_call_is_not_told(call):
    assert told({"current_tool_use": call}) == []


@pytest.mark.parametrize("event", [submission(""), submission("\x00"), {"data": "words", "delta": {}}])
def test_what_is_no_program_yet_is_not_told(event):
    assert told(event) == []


def test_not_every_piece_is_told_but_one_a_second():
    heard = []
    now = iter([0.0, 0.2, 0.9, 1.1, 1.1, 1.3, 2.0, 2.2, 2.2])
    drafts = Drafts("submit_program", heard.append, clock=lambda: next(now))

    for number in range(6):
        drafts(**submission(f"x = {number}"))

    assert [draft.tail for draft in heard] == ["x = 2", "x = 5"]


def test_what_is_told_is_bounded():
    draft = drafting("\n".join(f"line {number} {'x' * 300}" for number in range(500)))

    assert draft.lines == 500
    assert len(draft.tail) <= TAIL_CHARACTERS
    assert draft.tail.count("\n") < TAIL_LINES


def test_a_hostile_program_is_told_as_its_own_last_lines():
    assert drafting(HOSTILE).tail.endswith("Running 0: \\")
