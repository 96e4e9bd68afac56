"""Slack's event of a step, whatever is in it."""

from hypothesis import given
from hypothesis import strategies as st

from bot.listeners.executions import CHANNEL, PERSON, VERSION, execution_of

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=60),
    lambda children: st.lists(children, max_size=3) | st.dictionaries(st.text(max_size=12), children, max_size=3),
    max_leaves=8,
)
INPUTS = st.dictionaries(st.sampled_from(["channel", "prompt", "user_context", "version_id", "user"]), JSON)
EVENT = {"function_execution_id": "Fx123", "inputs": {"user_context": {"id": "U123", "secret": "s"}, "channel": "C1"}}


@given(st.fixed_dictionaries({"function_execution_id": st.just("Fx1"), "inputs": INPUTS | JSON}))
def test_what_is_malformed_is_empty_and_never_an_error(event):
    execution = execution_of(event)

    for value, form in ((execution.user_id, PERSON), (execution.channel, CHANNEL), (execution.version_id, VERSION)):
        assert value == "" or form.fullmatch(value)
    assert isinstance(execution.prompt, str)


@given(JSON)
def test_an_event_without_an_execution_is_none(found):
    execution = execution_of({"function_execution_id": found})

    assert execution is None or execution.id == found


def test_the_person_is_the_one_of_the_context_and_no_other_input():
    assert execution_of(EVENT).user_id == "U123"
    assert execution_of({**EVENT, "inputs": {"user_id": "U123", "user": {"id": "U123"}}}).user_id == ""


def test_every_delivery_of_an_execution_has_one_key():
    assert execution_of(EVENT).key == execution_of({**EVENT, "event_ts": "2.2"}).key
    assert execution_of(EVENT).key != execution_of({**EVENT, "function_execution_id": "Fx124"}).key
