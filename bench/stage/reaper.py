"""What goes wrong in a run of chaos: kills at random and at named points, frozen replicas, crashes, bad connections."""

import asyncio
import contextlib
import re
from collections.abc import Coroutine, Sequence
from dataclasses import dataclass, field
from random import Random
from typing import Any

from bench.stage.postgres import Postgres
from bench.stage.proxy import FAULTS, Asked, Fault
from bench.stage.replicas import Replica
from sandbox.errors import CannotStart

CALLS = (
    "chat.postMessage",
    "chat.update",
    "files.getUploadURLExternal",
    "files.completeUploadExternal",
    "generate",
    "execute",
    "follow",
    "stop",
)
LABELS = tuple(f"{call} {moment}" for call in CALLS for moment in ("coming", "answered"))
"""Where a bot is killed on purpose: before a service sees a call, and before the bot sees its answer."""
_ACTION = re.compile(rb'"action": ?"([a-z]+)"')


@dataclass
class Traps:
    """Kills a replica at a label, and breaks a part of all requests; the Trouble of every way."""

    random: Random
    fault_rate: float = 0.0
    armed: str | None = None
    sprung: asyncio.Event = field(default_factory=asyncio.Event)
    replicas: dict[str, Replica] = field(default_factory=dict)
    hits: list[str] = field(default_factory=list)

    async def coming(self, asked: Asked) -> Fault | None:
        """A request has left a bot."""
        await self._spring(asked, "coming")
        return self.random.choice(FAULTS) if self.random.random() < self.fault_rate else None

    async def answered(self, asked: Asked) -> None:
        """It has been answered, and the bot does not know."""
        await self._spring(asked, "answered")

    async def arm(self, label: str, seconds: float) -> bool:
        """Wait for the first replica that comes to `label`, and kill it; False when none comes in time."""
        self.sprung.clear()
        self.armed = label
        try:
            await asyncio.wait_for(self.sprung.wait(), seconds)
        except TimeoutError:
            return False
        finally:
            self.armed = None
        return True

    async def _spring(self, asked: Asked, moment: str) -> None:
        label = f"{_call(asked)} {moment}"
        if self.armed == label:
            self.armed = None
            self.hits.append(label)
            await self.replicas[asked.replica].kill()
            self.sprung.set()


def _call(asked: Asked) -> str:
    if asked.path.startswith("/api/"):
        return asked.path.removeprefix("/api/")
    found = _ACTION.search(asked.content)
    return found[1].decode() if found else asked.path


@dataclass
class Reaper:
    """Kills `kills` times, starting each replica again at once, and adds other trouble in between."""

    replicas: Sequence[Replica]
    traps: Traps
    random: Random
    postgres: Postgres | None
    pause: tuple[float, float] = (0.3, 2.2)
    freeze_seconds: float = 12.0
    kills: int = 0
    freezes: int = 0
    crashes: int = 0
    _later: set["asyncio.Task[None]"] = field(default_factory=set)

    async def reap(self, kills: int) -> None:
        """Everything that goes wrong, until `kills` processes have been killed and are back."""
        labels = list(LABELS)
        while self.kills < kills:
            await asyncio.sleep(self.random.uniform(*self.pause))
            for each in self.replicas:
                if not each.running:  # it went into a trap that had just been given up, or died by itself
                    self._soon(_back(each))
            dice = self.random.random()
            if dice < 0.45 or not labels:  # noqa: PLR2004 - shares of the whole
                await self._kill(self.random.choice(self.replicas))
            elif dice < 0.85:  # noqa: PLR2004
                await self._kill_at(labels)
            elif dice < 0.93 and len(self.replicas) > 1:  # noqa: PLR2004
                self._soon(self._freeze(self.random.choice(self.replicas)))
            elif self.postgres is not None:
                await self._crash(self.postgres)
        await asyncio.gather(*self._later)

    async def _kill_at(self, labels: list[str]) -> None:
        label = labels.pop(0)
        if await self.traps.arm(label, 5.0):
            self.kills += 1
            for each in self.replicas:
                self._soon(_back(each))
        labels.append(label)

    async def _kill(self, replica: Replica) -> None:
        if replica.running:
            await replica.kill()
            self.kills += 1
            self._soon(_back(replica))

    async def _freeze(self, replica: Replica) -> None:
        if replica.running:
            self.freezes += 1
            replica.freeze()
            await asyncio.sleep(self.freeze_seconds)
            replica.thaw()

    async def _crash(self, postgres: Postgres) -> None:
        self.crashes += 1
        await asyncio.to_thread(postgres.stop, immediate=True)
        await asyncio.to_thread(postgres.start)

    def _soon(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(work)
        self._later.add(task)
        task.add_done_callback(self._later.discard)


async def _back(replica: Replica) -> None:
    """Start it again, unless it runs; one that is killed while it starts is the next killer's to start."""
    with contextlib.suppress(CannotStart):
        await replica.start()
