import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.errors import AgentError, BadRequest, CodeNotUtf8
from agents.supervisor.requests import Call, parsed
from agents.wire import MAX_PROMPT_CHARACTERS, Describe, Execute, Follow, Generate, Stop, sha256_of
from tests.agents.conftest import HOSTILE

WHERE = {"session_id": "test", "ray_cluster_ip": "10.0.0.7"}
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
)


def parse(payload):
    return parsed(payload, lambda: "r-new")


@pytest.mark.parametrize(
    "request_",
    [
        Generate(prompt="Print Hello", code=HOSTILE, user_id="U1", **WHERE),
        Execute(code=HOSTILE, code_sha256=sha256_of(HOSTILE), run_id="r-1", **WHERE),
        Follow(run_id="r-1", log_offset=7, **WHERE),
        Stop(run_id="r-1", **WHERE),
        Describe(**WHERE),
    ],
    ids=lambda request: request.action,
)
def test_each_action_comes_through_as_it_was_sent(request_):
    assert parse(request_.model_dump(mode="json")) == Call(request_)


def test_a_legacy_prompt_is_a_request_for_code():
    assert parse({"prompt": "Print Hello", **WHERE}) == Call(Generate(prompt="Print Hello", **WHERE), legacy=True)


def test_the_legacy_prefix_executes_what_follows_it():
    call = parse({"prompt": f"EXECUTE_ONLY: \n{HOSTILE}", **WHERE})

    assert call == Call(Execute(code=HOSTILE, code_sha256=sha256_of(HOSTILE), run_id="r-new", **WHERE), legacy=True)


def test_legacy_code_may_be_longer_than_a_prompt():
    code = "x = 1\n" * MAX_PROMPT_CHARACTERS

    assert parse({"prompt": f"EXECUTE_ONLY:{code}", **WHERE}).request.code == code


@pytest.mark.parametrize(
    "payload",
    [
        {"prompt": "EXECUTE_ONLY: x", "ray_cluster_ip": "10.0.0.7", "model": "mine"},
        {"prompt": "EXECUTE_ONLY: x", "session_id": "test"},
    ],
    ids=["an unknown field", "no cluster"],
)
def test_the_legacy_prefix_never_falls_back_to_a_model(payload):
    with pytest.raises(BadRequest):
        parse(payload)


@pytest.mark.parametrize("prompt", [" EXECUTE_ONLY: x", "execute_only: x", "Please EXECUTE_ONLY: x"])
def test_a_prompt_that_does_not_begin_with_the_prefix_is_a_prompt(prompt):
    assert isinstance(parse({"prompt": prompt, **WHERE}).request, Generate)


@pytest.mark.parametrize("code", ["x = '\ud83d'", "\udcff"])
def test_code_that_no_file_can_hold_is_refused_in_either_form(code):
    with pytest.raises(CodeNotUtf8):
        parse({"action": "execute", "code": code, "code_sha256": "", "run_id": "r", **WHERE})
    with pytest.raises(CodeNotUtf8):
        parse({"prompt": f"EXECUTE_ONLY:{code}", **WHERE})


@given(JSON)
def test_any_json_is_a_request_or_a_failure_of_ours(payload):
    try:
        call = parse(payload)
    except AgentError:
        return
    assert isinstance(call, Call)


ACTIONS = st.sampled_from(["generate", "execute", "follow", "stop", "describe", "delete", 1])


@given(st.fixed_dictionaries({"action": ACTIONS}), JSON)
def test_an_action_with_the_wrong_fields_is_a_failure_of_ours(action, rest):
    with pytest.raises(AgentError):
        parse({**(rest if isinstance(rest, dict) else {"rest": rest}), **action})
