import asyncio
import shutil
import tempfile
from pathlib import Path
from uuid import uuid4

import pytest
import yaml

from bot.store.database import Database
from bot.store.models import Base
from bot.store.runs import RunStore
from bot.store.turns import NewTurn, TurnStore
from bot.store.upgrade import upgrade
from tests.readme import ROOT

MEMORY = Path("/dev/shm")  # noqa: S108 - a directory of our own is made in it


class SqliteFiles:
    """A new SQLite file for whoever asks, without tables or with today's, which are copied: that is much faster."""

    def __init__(self, directory):
        self.directory = directory
        self.template = directory / "upgraded.sqlite3"
        asyncio.run(_upgrade(f"sqlite+aiosqlite:///{self.template}"))

    async def empty(self):
        return f"sqlite+aiosqlite:///{self.directory / uuid4().hex}.sqlite3"

    async def upgraded(self):
        url = await self.empty()
        shutil.copyfile(self.template, url.partition("///")[2])
        return url

    async def take_back(self, database):
        await database.close()
        file = Path(database.url.partition("///")[2])
        for each in self.directory.glob(f"{file.name}*"):
            each.unlink()


class PostgresDatabases:
    """The same on a Postgres, where a database that is given back is emptied for the next one who asks."""

    def __init__(self, server):
        self.server = server
        self.emptied = []
        asyncio.run(_upgrade(asyncio.run(server.new_database("upgraded"))))

    async def empty(self):
        return await self.server.new_database(f"test_{uuid4().hex}")

    async def upgraded(self):
        if self.emptied:
            return self.emptied.pop()
        return await self.server.new_database(f"test_{uuid4().hex}", "upgraded")

    async def take_back(self, database):
        async with database.transaction() as session:
            for table in reversed(Base.metadata.sorted_tables):
                await session.execute(table.delete())
        await database.close()
        self.emptied.append(database.url)


async def _upgrade(url):
    database = Database(url)
    await upgrade(database)
    await database.close()


@pytest.fixture(scope="session")
def sqlite_databases():
    """In memory where there is a file system for that: a commit is synced, and a disk takes its time for each."""
    with tempfile.TemporaryDirectory(prefix="raygen-tests-", dir=MEMORY if MEMORY.is_dir() else None) as directory:
        yield SqliteFiles(Path(directory))


@pytest.fixture(scope="session")
def postgres_databases(postgres):
    return PostgresDatabases(postgres)


@pytest.fixture(params=["sqlite", "postgres"])
def databases(request):
    return request.getfixturevalue(f"{request.param}_databases")


@pytest.fixture
async def empty_url(databases):
    """The address of a database without tables, of either kind."""
    return await databases.empty()


@pytest.fixture
async def database(databases):
    database = Database(await databases.upgraded())
    yield database
    await databases.take_back(database)


@pytest.fixture(scope="session")
def manifest():
    """The app's manifest; whoever changes something in it works on a copy."""
    return yaml.safe_load((ROOT / "manifest.yml").read_text(encoding="utf-8"))


@pytest.fixture
def turns(database):
    return TurnStore(database, "replica-1")


@pytest.fixture
def runs(database):
    return RunStore(database, "replica-1")


@pytest.fixture
def new_turn():
    def make(number: int = 1, **changes) -> NewTurn:
        values = {
            "id": f"turn-{number}",
            "team": "T1",
            "channel": "C1",
            "thread_ts": "1700000000.000001",
            "user_id": "U1",
            "surface": "reply",
            "prompt": "say hello",
            "cluster": "10.0.0.1",
        }
        return NewTurn(**(values | changes))

    return make
