"""Requests that arrive at one moment share a transaction, and nobody notices."""

import asyncio
import threading

import pytest

from bot.errors import Busy, StoreUnavailable
from bot.store.database import Database
from bot.store.together import MOST, Together
from bot.store.turns import TurnStore


async def test_each_of_many_at_once_gets_its_own_answer(turns, new_turn):
    asked = [(1, "a"), (2, "b"), (1, "a"), (3, "b"), (4, "c")]

    answers = await asyncio.gather(*(turns.request(new_turn(n, thread_ts=f"1.{n}"), key) for n, key in asked))

    assert answers == [True, True, False, False, True]
    assert sorted(turn.id for turn in await turns.claim(10)) == ["turn-1", "turn-2", "turn-4"]


async def test_turns_of_one_thread_that_come_at_one_moment_keep_their_order(turns, new_turn):
    numbers = [5, 2, 9, 1]

    await asyncio.gather(*(turns.request(new_turn(number), f"key-{number}") for number in numbers))

    for number in numbers:
        (turn,) = await turns.claim(10)
        assert turn.id == f"turn-{number}"
        await turns.deliver(turn)


async def test_more_than_one_transaction_takes_are_all_written(turns, new_turn):
    many = range(2 * MOST + 1)

    answers = await asyncio.gather(*(turns.request(new_turn(n, thread_ts=f"1.{n}"), f"key-{n}") for n in many))

    assert all(answers)
    assert len(await turns.claim(3 * MOST)) == len(many)


async def test_when_too_many_wait_the_last_are_refused_and_may_come_again(database, new_turn):
    turns = TurnStore(database, "replica-1", waiting=2)
    asked = [turns.request(new_turn(n, thread_ts=f"1.{n}"), f"key-{n}") for n in range(3)]

    first, second, third = await asyncio.gather(*asked, return_exceptions=True)
    (turn, _) = await turns.claim(10)
    await turns.start(turn)

    assert (first, second) == (True, True)
    assert isinstance(third, Busy)
    assert await turns.request(new_turn(2, thread_ts="1.2"), "key-2")


async def test_an_outage_reaches_everybody_who_waits(new_turn, tmp_path):
    database = Database(f"sqlite+aiosqlite:///{tmp_path / 'missing' / 'raygen.sqlite3'}")
    turns = TurnStore(database, "replica-1")

    answers = await asyncio.gather(*(turns.request(new_turn(n)) for n in range(3)), return_exceptions=True)

    await database.close()
    await asyncio.to_thread(_join_drivers_threads)
    assert [type(answer) for answer in answers] == [StoreUnavailable] * 3


def _join_drivers_threads():
    """aiosqlite's threads for connections that were refused, which say so to the loop once more before they end."""
    for thread in threading.enumerate():
        if "_connection_worker_thread" in thread.name:
            thread.join(10)


async def test_somebody_who_goes_away_takes_nobody_along():
    go = asyncio.Event()

    async def write(batch):
        await go.wait()
        return batch

    together = Together(write)
    gone, stays = (asyncio.create_task(together.add(n)) for n in (1, 2))
    await asyncio.sleep(0)
    gone.cancel()
    go.set()

    assert await stays == 2
    with pytest.raises(asyncio.CancelledError):
        await gone
