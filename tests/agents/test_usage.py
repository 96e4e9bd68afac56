import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.settings import DEFAULT_MODEL
from agents.usage import FREE, Meter, Price, price_of
from agents.wire import Usage

COUNTS = st.integers(0, 10**9)
USAGES = st.builds(
    Usage,
    model_calls=COUNTS,
    input_tokens=COUNTS,
    output_tokens=COUNTS,
    cache_read_tokens=COUNTS,
    cost_usd=st.none() | st.integers(0, 1000).map(float),
)


@given(USAGES, USAGES, USAGES)
def test_usage_adds_up_in_any_order(one, two, three):
    assert (one + two) + three == one + (two + three) == three + two + one


@given(USAGES)
def test_nothing_adds_nothing(usage):
    assert usage + Usage() == usage


def test_an_unknown_price_makes_the_sum_unknown():
    assert (Usage(cost_usd=1.0) + Usage(cost_usd=None)).cost_usd is None


def test_the_default_models_price_is_known():
    assert price_of(DEFAULT_MODEL, {}) == Price(1.0, 5.0)


def test_an_operators_price_goes_before_ours_and_others_are_unknown():
    assert price_of("bedrock:claude-haiku-4-5", {"haiku": (2.0, 6.0)}) == Price(2.0, 6.0)
    assert price_of("openai:gpt-5", {}) is None


def test_cached_input_has_its_own_price():
    usage = Usage(input_tokens=1_000_000, cache_read_tokens=1_000_000, cache_write_tokens=1_000_000)

    assert Price(1.0, 5.0).of(usage) == pytest.approx(1.0 + 0.1 + 1.25)
    assert FREE.of(usage) == 0


def test_a_meter_counts_what_it_is_given_and_nothing_for_none():
    meter = Meter()

    meter.add(Usage(model_calls=1, output_tokens=2))
    meter.add(None)

    assert meter.total == Usage(model_calls=1, output_tokens=2)
