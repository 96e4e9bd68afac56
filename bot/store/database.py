"""The connection to SQLite or Postgres: one transaction at a time, on the database's own clock."""

import asyncio
import time
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager, contextmanager, nullcontext, suppress
from typing import Any

from sqlalchemy import event, text
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import Connection, make_url
from sqlalchemy.exc import DataError, DBAPIError, IntegrityError, NotSupportedError, ProgrammingError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker, create_async_engine
from sqlalchemy.orm import DeclarativeBase

from bot.errors import StoreUnavailable
from bot.store.models import DedupeKey

SQLITE_PRAGMAS = ("busy_timeout=30000", "journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON")
"""WAL lets readers go on while one writes; FULL keeps a committed row through a power cut."""

DEFECTS = (DataError, IntegrityError, NotSupportedError, ProgrammingError)
"""The database's complaints about what it was asked; all its others are outages, which pass."""

WRITERS, READERS = 2, 6
"""Connections to SQLite, which one at a time writes to; a check of its health is not to wait for the one that does."""

CLOSING_SECONDS = 2.0
"""How long the transactions that go on have to end when the database is closed; the others end with the process."""

NO_KEY_UPDATE = {"key_share": True}
"""How a row is locked against those who change it; who only adds a row that refers to it, and holds a lock that we are
about to take, is not held back (Postgres' FOR NO KEY UPDATE)."""

READS = "raygen_reads"
"""The execution option that marks a transaction which writes nothing."""


class Database:
    """An engine for `url` (`sqlite+aiosqlite:///FILE` or `postgresql+asyncpg://...`)."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.is_postgres = make_url(url).get_backend_name() == "postgresql"
        if self.is_postgres:
            # A connection that a restarted server has closed is noticed before it is used.
            self.engine = readers = create_async_engine(url, pool_pre_ping=True)
        else:
            # Whoever writes waits for no reader, and no connection, which is a thread, is made for one query.
            self.engine = create_async_engine(url, pool_size=WRITERS, max_overflow=0)
            readers = create_async_engine(url, pool_size=READERS, max_overflow=0)
        self._engines = {self.engine, readers}
        self._sessions = async_sessionmaker(self.engine, expire_on_commit=False)
        self._readers = async_sessionmaker(readers.execution_options(**{READS: True}), expire_on_commit=False)
        # SQLite takes one writer at a time and serves those that wait in no order; here they queue.
        self._writer: AbstractAsyncContextManager[None] = nullcontext() if self.is_postgres else asyncio.Lock()
        self._going_on = _GoingOn()
        if not self.is_postgres:
            for engine in self._engines:
                event.listen(engine.sync_engine, "connect", _prepare_sqlite)
                event.listen(engine.sync_engine, "begin", _begin_immediate)

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[AsyncSession]:
        """One transaction: committed at the end of the block, rolled back when it raises.

        Raises StoreUnavailable when the database does not answer, and whether it has committed is not known then; or
        when it has been closed, and nothing was done.
        """
        with _outages_named():
            async with self._going_on.one_more(), self._writer, self._sessions.begin() as session:
                yield session

    @asynccontextmanager
    async def reading(self) -> AsyncIterator[AsyncSession]:
        """One transaction that only reads, and waits for no writer. Raises StoreUnavailable."""
        with _outages_named():
            async with self._going_on.one_more(), self._readers.begin() as session:
                yield session

    async def now(self, session: AsyncSession) -> float:
        """Seconds since the epoch by the database's clock, which every replica shares.

        SQLite has no server: the clock of its only machine is the same one.
        """
        if self.is_postgres:
            return float((await session.execute(text("select extract(epoch from clock_timestamp())"))).scalar_one())
        return time.time()

    async def insert_if_absent(self, session: AsyncSession, table: type[DeclarativeBase], **values: Any) -> bool:
        """Insert a row unless its key is taken; whether this call inserted it."""
        insert = postgresql.insert if self.is_postgres else sqlite.insert
        found = await session.execute(insert(table).values(**values).on_conflict_do_nothing())
        return bool(found.rowcount)  # type: ignore[attr-defined]  # a CursorResult, typed as Result

    async def insert_new(
        self, session: AsyncSession, table: type[DeclarativeBase], key: Any, rows: Sequence[Mapping[str, Any]]
    ) -> set[str]:
        """Insert those rows whose `key` is not taken; the keys that were inserted."""
        if not rows:
            return set()
        insert = postgresql.insert if self.is_postgres else sqlite.insert
        found = await session.scalars(insert(table).on_conflict_do_nothing().returning(key), list(rows))
        return set(found)

    async def first_time(self, key: str) -> bool:
        """Whether nobody has said this key before: what comes twice is done once, and a crash meanwhile not at all."""
        async with self.transaction() as session:
            now = await self.now(session)
            return await self.insert_if_absent(session, DedupeKey, key=key, created_at=now)

    async def answers(self) -> bool:
        """Whether the database can be reached now."""
        try:
            async with self._going_on.one_more(), self.engine.connect() as connection:
                await connection.execute(text("select 1"))
        except (DBAPIError, OSError, StoreUnavailable):
            return False
        return True

    async def close(self, seconds: float = CLOSING_SECONDS) -> None:
        """Close every connection, when what goes on has ended or `seconds` have passed; what comes later is refused.

        An engine would open new connections for it, which nobody closes, and leave those that are in use as they are.
        """
        await self._going_on.end(seconds)
        for engine in self._engines:
            await engine.dispose()


class _GoingOn:
    """The transactions that go on, until no more of them may begin."""

    def __init__(self) -> None:
        self._count = 0
        self._over = False
        self._none = asyncio.Event()
        self._none.set()

    @asynccontextmanager
    async def one_more(self) -> AsyncIterator[None]:
        """Raises StoreUnavailable when the end has been said."""
        if self._over:
            raise StoreUnavailable
        self._count += 1
        self._none.clear()
        try:
            yield
        finally:
            self._count -= 1
            if not self._count:
                self._none.set()

    async def end(self, seconds: float) -> None:
        """Let no more begin, and wait at most `seconds` for the last to end."""
        self._over = True
        with suppress(TimeoutError):
            await asyncio.wait_for(self._none.wait(), seconds)


@contextmanager
def _outages_named() -> Iterator[None]:
    try:
        yield
    except DEFECTS:
        raise
    except (DBAPIError, OSError, PoolTimeoutError) as error:
        raise StoreUnavailable from error


def _prepare_sqlite(connection: Any, _record: object) -> None:
    connection.isolation_level = None  # the driver must not begin transactions of its own: see _begin_immediate
    cursor = connection.cursor()
    for pragma in SQLITE_PRAGMAS:
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin_immediate(connection: Connection) -> None:
    # A deferred transaction that reads first and writes later fails with «database is locked» under load.
    reads = connection.get_execution_options().get(READS)
    connection.exec_driver_sql("BEGIN" if reads else "BEGIN IMMEDIATE")
