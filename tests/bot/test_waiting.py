import json

import pytest

from agents.wire import JobReport
from bot.blocks.names import STOP
from bot.errors import SlackRefused
from bot.queue import Caps
from bot.store.runs import RunStore
from bot.updates import Pace
from bot.waiting import Waiting
from tests.bot.store.test_admission import made, version  # noqa: F401 - fixtures
from tests.bot.test_turns import buttons
from tests.fakes.poster import MemoryPoster


@pytest.fixture
def poster():
    return MemoryPoster()


@pytest.fixture
def capped(database):
    return RunStore(database, "replica-1", Caps(user=1))


@pytest.fixture
async def look(capped, turns, poster, version):  # noqa: F811 - the fixture above
    """Three clicks of one person, one of which runs; a function that looks at those that wait."""
    for number in (1, 2, 3):
        await capped.request(version.id, "1.1", number, "U1", timeout_seconds=60.0)
    waiting = Waiting(capped, turns, poster, Pace())

    async def look():
        for run in sorted(await capped.claim_waiting(10), key=lambda run: run.number):
            await waiting.handle(run)
            await capped.step_aside(run, -1.0)

    return look


async def test_the_card_of_a_run_that_waits_says_where_it_stands_and_why(look, capped, poster):
    (running,) = await capped.claim(10)

    await look()

    cards = [json.dumps(posted.said[-1].blocks) for posted in poster.messages.values()]
    assert len(cards) == 2
    assert "number 1 in the queue" in cards[0]
    assert "number 2 in the queue" in cards[1]
    assert "as many as one person may have" in cards[0]
    assert running.id not in str(cards)
    assert all(set(buttons(posted.said[-1])) == {STOP} for posted in poster.messages.values())


async def test_the_card_is_changed_only_when_the_position_is(look, capped, poster):
    (running,) = await capped.claim(10)
    await look()
    await look()
    before = [len(posted.said) for posted in poster.messages.values()]
    await capped.advance(running, JobReport(status="succeeded"))
    await capped.deliver(running)

    await look()

    _, third = poster.messages.values()
    assert before == [1, 1]
    assert "number 1 in the queue" in json.dumps(third.said[-1].blocks)


async def test_a_run_whose_position_slack_will_not_show_waits_all_the_same(look, capped, poster):
    (running,) = await capped.claim(10)
    poster.refuse = {"post": [SlackRefused("is_archived", "This channel is archived.")] * 2}

    await look()
    await capped.advance(running, JobReport(status="succeeded"))
    await capped.deliver(running)

    assert len(await capped.claim(10)) == 1
