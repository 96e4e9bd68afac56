"""What an event costs in a store that has seen many threads, against one that is nearly new."""

import asyncio
import tempfile
import time
from pathlib import Path

from sqlalchemy import insert

from bench.result import Result
from bot.store.database import Database
from bot.store.models import AuditEntry, CodeVersion, DedupeKey, Run, Thread, Turn
from bot.store.runs import RunStore
from bot.store.turns import NewTurn, TurnStore
from bot.store.upgrade import upgrade

MANY, FEW = 100_000, 100
ROUNDS = 60
WARM_UP = 5
TARGET = 1.2
BATCH = 5_000
LONG_AGO = 1_700_000_000.0
LEASE = {"due_at": 0.0, "fence": 1, "failures": 0, "crashes": 0, "delivered": True}


def measure() -> Result:
    """The cost of an event with 100,000 threads in the store, over that with 100."""
    return asyncio.run(_measure())


async def _measure() -> Result:
    with tempfile.TemporaryDirectory(prefix="raygen-events-") as directory:
        stores = {f"{count}_threads": await _filled(Path(directory), count) for count in (MANY, FEW)}
        times: dict[str, list[float]] = {side: [] for side in stores}
        for number in range(ROUNDS + WARM_UP):
            for side, database in stores.items():
                seconds = await _event(database, number)
                if number >= WARM_UP:
                    times[side].append(round(seconds, 6))
        for database in stores.values():
            await database.close()
    # The disk's own waits come to both alike: the median of what the two took one after the other.
    many, few = (sorted(times[f"{count}_threads"])[ROUNDS // 2] for count in (MANY, FEW))
    return Result("event_cost", round(many / few, 3), "of the time", TARGET, "lower", "100 threads in the store", times)


async def _event(database: Database, number: int) -> float:
    """A reply in a thread, from its arrival to its end, and what the workers ask the store meanwhile."""
    turns, runs = TurnStore(database, "bench", 2_000), RunStore(database, "bench")
    thread = f"{number % FEW}.000001"
    asked = NewTurn(f"event-{number}", "T1", "C1", thread, "U1", "reply", "say hello", "10.0.0.1")
    began = time.perf_counter()
    await turns.is_engaged("T1", "C1", thread)
    await turns.request(asked, f"key-event-{number}")
    (turn,) = await turns.claim(1)
    await turns.newest_version(f"session-{number % FEW}")
    await turns.start(turn)
    await turns.fail(turn, "internal", "It broke.")
    await turns.deliver(turn)
    await runs.claim(1)
    return time.perf_counter() - began


async def _filled(directory: Path, count: int) -> Database:
    """A store with `count` threads, each with a turn, a version, a run and what goes with them."""
    database = Database(f"sqlite+aiosqlite:///{directory / f'{count}.sqlite3'}")
    await upgrade(database)
    for numbers in _batches(count):
        async with database.transaction() as session:
            for table, row in ROWS.items():
                await session.execute(insert(table), [row(number) for number in numbers])
    return database


def _batches(count: int) -> list[range]:
    return [range(start, min(start + BATCH, count)) for start in range(0, count, BATCH)]


def _place(number: int) -> dict[str, object]:
    return {"team": "T1", "channel": "C1", "user_id": "U1", "created_at": LONG_AGO + number}


def _thread(number: int) -> dict[str, object]:
    return {**_place(number), "session_id": f"session-{number}", "ts": f"{number}.000001"}


def _turn(number: int) -> dict[str, object]:
    asked = {"id": f"turn-{number}", "thread_ts": f"{number}.000001", "surface": "reply", "prompt": "say hello"}
    return {**_place(number), **LEASE, **asked, "cluster": "10.0.0.1", "state": "answered", "interruptions": 0}


def _version(number: int) -> dict[str, object]:
    belongs = {"id": f"version-{number}", "session_id": f"session-{number}", "turn_id": f"turn-{number}", "number": 1}
    code = {"code": "print('Hello')\n", "sha256": "0" * 64, "title": "Say hello", "state": "validated"}
    return {**belongs, **code, "cluster": "10.0.0.1", "created_at": LONG_AGO + number}


def _run(number: int) -> dict[str, object]:
    belongs = {"id": f"run-{number}", "version_id": f"version-{number}", "session_id": f"session-{number}", "number": 1}
    state = {"state": "succeeded", "output": "Hello\n", "log_offset": 6, "admitted": True, "submitted": True}
    at = {"thread_ts": f"{number}.000001", "surface": "button", "cluster": "10.0.0.1", "deadline": LONG_AGO}
    return {**_place(number), **LEASE, **belongs, **state, **at}


def _audit(number: int) -> dict[str, object]:
    return {"at": LONG_AGO, "subject": f"turn-{number}", "actor": "U1", "what": "requested", "detail": {}}


def _key(number: int) -> dict[str, object]:
    return {"key": f"key-{number}", "created_at": LONG_AGO}


ROWS = {Thread: _thread, Turn: _turn, CodeVersion: _version, Run: _run, AuditEntry: _audit, DedupeKey: _key}
