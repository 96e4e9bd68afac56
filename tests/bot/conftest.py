import pytest

from bot.store.database import Database
from bot.store.runs import RunStore
from bot.store.turns import NewTurn, TurnStore
from bot.store.upgrade import upgrade


@pytest.fixture
async def database(tmp_path):
    database = Database(f"sqlite+aiosqlite:///{tmp_path / 'raygen.sqlite3'}")
    await upgrade(database)
    yield database
    await database.close()


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
