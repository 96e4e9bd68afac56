"""What becomes of transactions when their database is closed: none is cut off, and none begins."""

import asyncio

import pytest
from sqlalchemy import func, select

from bot.errors import StoreUnavailable
from bot.store.database import Database
from bot.store.models import DedupeKey


@pytest.fixture
async def opened(databases):
    """A database that the test closes by itself."""
    return Database(await databases.upgraded())


async def test_what_goes_on_when_it_is_closed_is_committed_before_its_connection_goes(opened):
    began, go = asyncio.Event(), asyncio.Event()

    async def write():
        async with opened.transaction() as session:
            session.add(DedupeKey(key="late", created_at=1.0))
            began.set()
            await go.wait()

    writing = asyncio.create_task(write())
    await began.wait()
    closing = asyncio.create_task(opened.close())
    await asyncio.sleep(0)
    go.set()
    await asyncio.gather(writing, closing)

    again = Database(opened.url)
    async with again.reading() as session:
        kept = await session.scalar(select(func.count()).select_from(DedupeKey))
    await again.close()
    assert kept == 1
    assert opened.engine.pool.checkedin() + opened.engine.pool.checkedout() == 0


async def test_what_comes_after_is_refused_and_opens_no_connection(opened):
    await opened.close()

    with pytest.raises(StoreUnavailable):
        async with opened.transaction():
            pass
    with pytest.raises(StoreUnavailable):
        async with opened.reading():
            pass
    answers = await opened.answers()

    assert not answers
    assert opened.engine.pool.checkedin() + opened.engine.pool.checkedout() == 0


async def test_closing_does_not_wait_for_ever_for_somebody_who_never_ends(opened):
    began = asyncio.Event()

    async def read_for_ever():
        async with opened.reading():
            began.set()
            await asyncio.Event().wait()

    reading = asyncio.create_task(read_for_ever())
    await began.wait()
    await opened.close(0.01)

    assert not reading.done()
    reading.cancel()
    with pytest.raises(asyncio.CancelledError):
        await reading
