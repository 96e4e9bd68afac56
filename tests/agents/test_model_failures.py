import pytest
from strands import Agent
from strands.types.exceptions import (
    ContextWindowOverflowException,
    MaxTokensReachedException,
    ModelThrottledException,
)

from agents.errors import BadRequest, ModelThrottled, ModelUnavailable
from agents.model_failures import ModelFailures, model_failures_named
from tests.fakes.scripted_model import ScriptedModel


def ask(*steps):
    agent = Agent(
        model=ScriptedModel(*steps, loops=True), hooks=[ModelFailures()], callback_handler=None, retry_strategy=None
    )
    with model_failures_named():
        return agent("hello")


@pytest.mark.parametrize(
    ("foreign", "ours"),
    [
        (ModelThrottledException("slow down"), ModelThrottled),
        (ContextWindowOverflowException("overflow of 200001 tokens"), ModelUnavailable),
        (ConnectionError("no route to model.example"), ModelUnavailable),
        (RuntimeError("401: key sk-secret is invalid"), ModelUnavailable),
    ],
    ids=lambda value: type(value).__name__ if isinstance(value, Exception) else "",
)
def test_each_failure_of_a_model_call_becomes_one_of_ours(foreign, ours):
    with pytest.raises(ours) as raised:
        ask(foreign)

    assert str(foreign) not in raised.value.sentence
    assert raised.value.__cause__ is not None


def test_an_answer_that_was_cut_off_is_said_as_such():
    with pytest.raises(ModelUnavailable, match="cut off"), model_failures_named():
        raise MaxTokensReachedException("limit")


def test_a_failure_of_ours_passes_as_it_is():
    with pytest.raises(BadRequest, match="Mine"):
        ask(BadRequest("Mine."))


def test_an_answer_passes():
    assert str(ask("hi")).strip() == "hi"
