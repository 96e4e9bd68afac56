"""The short form of the faults: each alone on each link, and every pair of two links' faults."""

import pytest

from bench.faults import Plan, held, require_sight, short_form

LANES = 32

pytestmark = pytest.mark.timeout(900)  # most of its time is pauses before something is tried again


async def test_every_conversation_ends_right_whatever_breaks_on_the_ways_to_slack_agentcore_and_ray():
    judged = await held(Plan(short_form(), lanes=LANES))

    assert [str(each) for each in judged if each.wrong] == []
    require_sight(judged)
    assert len(judged) == 24 + 80
