import asyncio
from threading import Event, Thread

import pytest
from botocore.exceptions import ClientError
from strands import Agent
from strands.types.exceptions import ContextWindowOverflowException, MaxTokensReachedException, ModelThrottledException

from agents.errors import BadRequest, Cancelled, ModelThrottled, ModelUnavailable
from agents.failover import Failover, FailoverModel, is_throttling
from agents.model_failures import model_failures_named
from agents.models import OpenedModel
from agents.patience import Patience
from agents.usage import Meter, Metering, Price
from agents.wire import Waiting
from tests.agents.serving import BOUND
from tests.fakes.scripted_model import ScriptedModel

THROTTLED = ModelThrottledException("slow down")
IMPATIENT = Patience(budget=0)
QUICK = Patience(budget=0.05, first=0.001, longest=0.001)


def opened(name, *steps, patience=IMPATIENT, **more):
    return OpenedModel(ScriptedModel(*steps, loops=True), name, patience=patience, **more)


class Asked:
    """One request to a model with its fallbacks: the answer, who gave it, and what was announced."""

    def __init__(self, first, cancelled=None):
        self.heard = []
        self.meter = Meter()
        self.model = FailoverModel(first)
        agent = Agent(
            model=self.model,
            hooks=[
                Failover(self.model, self.heard.append),
                Metering(self.meter, lambda: self.model.current.price),
            ],
            callback_handler=None,
            retry_strategy=None,
        )
        with model_failures_named():
            self.answer = str(agent("hello", cancel_signal=cancelled)).strip()


@pytest.mark.parametrize(
    ("foreign", "ours"),
    [
        (THROTTLED, ModelThrottled),
        (ContextWindowOverflowException("overflow of 200001 tokens"), ModelUnavailable),
        (ConnectionError("no route to model.example"), ModelUnavailable),
        (RuntimeError("401: key sk-secret is invalid"), ModelUnavailable),
    ],
    ids=lambda value: type(value).__name__ if isinstance(value, Exception) else "",
)
def test_each_failure_of_a_model_call_becomes_one_of_ours(foreign, ours):
    with pytest.raises(ours) as raised:
        Asked(opened("one", foreign))

    assert str(foreign) not in raised.value.sentence
    assert raised.value.__cause__ is not None


def test_an_answer_that_was_cut_off_is_said_as_such():
    with pytest.raises(ModelUnavailable, match="cut off"), model_failures_named():
        raise MaxTokensReachedException("limit")


def test_a_failure_of_ours_passes_as_it_is():
    with pytest.raises(BadRequest, match="Mine"):
        Asked(opened("one", BadRequest("Mine."), fallbacks=(opened("two", "hi"),)))


def test_an_answer_passes():
    asked = Asked(opened("one", "hi", fallbacks=(opened("two", "ho"),)))

    assert (asked.answer, asked.model.current.display_name, asked.heard) == ("hi", "one", [])


def test_a_throttled_call_is_repeated_and_the_wait_is_announced():
    first = OpenedModel(ScriptedModel(THROTTLED, THROTTLED, "hi"), "one", patience=Patience(first=0.001))

    asked = Asked(first)

    assert asked.answer == "hi"
    assert [(type(step), step.model) for step in asked.heard] == [(Waiting, "one")] * 2


def test_when_the_budget_is_used_up_the_next_model_is_asked():
    asked = Asked(opened("one", THROTTLED, patience=QUICK, fallbacks=(opened("two", "hi"),)))

    assert (asked.answer, asked.model.current.display_name) == ("hi", "two")
    assert {step.model for step in asked.heard} == {"one"}


def test_a_model_that_fails_otherwise_gives_way_at_once():
    first = opened("one", ConnectionError("refused"), patience=Patience(), fallbacks=(opened("two", "hi"),))

    asked = Asked(first)

    assert (asked.answer, asked.heard, len(first.model.requests)) == ("hi", [], 1)


def test_when_all_have_failed_the_last_ones_failure_is_said():
    with pytest.raises(ModelThrottled):
        Asked(opened("one", ConnectionError("refused"), fallbacks=(opened("two", THROTTLED),)))


def test_an_answer_that_breaks_off_halfway_is_begun_again_by_the_next_model():
    asked = Asked(OpenedModel(Breaking(), "one", fallbacks=(opened("two", "whole"),)))

    assert asked.answer == "whole"


def test_the_price_is_the_one_of_who_answered():
    first = opened("one", ConnectionError("refused"), price=Price(1000, 1000), fallbacks=(opened("two", "hi"),))

    assert Asked(first).meter.total.cost_usd is None
    assert Asked(opened("one", "hi", price=Price(1, 5))).meter.total.cost_usd == pytest.approx((10 * 1 + 5 * 5) / 1e6)


class Breaking(ScriptedModel):
    """Begins an answer, and loses its connection."""

    async def stream(self, *_args, **_kwargs):
        yield {"messageStart": {"role": "assistant"}}
        yield {"contentBlockDelta": {"delta": {"text": "half of "}}}
        raise ConnectionResetError


class Silent(ScriptedModel):
    """Says nothing at all, and notes when it is left."""

    def __init__(self):
        super().__init__()
        self.asked, self.left = Event(), Event()

    async def stream(self, *_args, **_kwargs):
        self.asked.set()
        try:
            await asyncio.sleep(BOUND)
        finally:
            self.left.set()
        yield {}


def test_a_model_that_is_silent_is_left_when_the_request_is_cancelled():
    silent, cancelled, ended = Silent(), Event(), []

    def ask():
        with pytest.raises(Cancelled):
            Asked(OpenedModel(silent, "one"), cancelled)
        ended.append(True)

    asking = Thread(target=ask)
    asking.start()
    assert silent.asked.wait(BOUND)
    cancelled.set()
    asking.join(BOUND)

    assert (ended, silent.left.is_set()) == ([True], True)


def test_a_wait_for_a_throttled_model_ends_when_the_request_is_cancelled():
    cancelled = Event()

    class Cancelling(list):
        def append(self, step):
            super().append(step)
            cancelled.set()

    model = FailoverModel(opened("one", THROTTLED, patience=Patience(budget=2 * BOUND, first=BOUND, longest=BOUND)))
    agent = Agent(model=model, hooks=[Failover(model, Cancelling().append)], callback_handler=None, retry_strategy=None)

    with pytest.raises(Cancelled):
        agent("hello", cancel_signal=cancelled)


class Status(Exception):
    def __init__(self, status_code):
        self.status_code = status_code


@pytest.mark.parametrize(
    ("error", "throttling"),
    [
        (THROTTLED, True),
        (Status(429), True),
        (Status(529), True),
        (Status(401), False),
        (ClientError({"Error": {"Code": "ThrottlingException"}}, "ConverseStream"), True),
        (ClientError({"Error": {"Code": "AccessDeniedException"}}, "ConverseStream"), False),
        (ConnectionError(), False),
    ],
)
def test_throttling_is_known_by_whatever_name(error, throttling):
    assert is_throttling(error) is throttling


def test_pauses_grow_within_their_bounds_and_end_with_the_budget():
    patience = Patience(budget=20, first=1, longest=4, chance=lambda: 1.0)

    assert [patience.pause(repetition, 0) for repetition in range(4)] == [1, 2, 4, 4]
    assert patience.pause(3, 15) == 4
    assert patience.pause(3, 17) is None
    assert Patience(first=1, chance=lambda: 0.0).pause(0, 0) == 0.5
