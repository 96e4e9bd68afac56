"""Requests whose caller waits for the answer on its own connection: the same rows and workers, no Slack."""

import asyncio
import uuid
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import TypeVar

from agents.wire import GENERATION, Generation, JobReport, sha256_of
from bot import incoming
from bot.errors import SupervisorFailed
from bot.redaction import Redaction
from bot.sessions import padded
from bot.settings import Settings
from bot.store.models import Run, Turn
from bot.store.runs import RunStore
from bot.store.turns import API, NewTurn, TurnStore

LOOK_SECONDS = 0.05
"""How often the row is read: another replica may be the one that works on it."""

Row = TypeVar("Row", Turn, Run)


@dataclass(frozen=True)
class Direct:
    """Writes a caller's request down and waits until a worker has answered it."""

    turns: TurnStore
    runs: RunStore
    settings: Settings
    redact: Redaction
    wake_turns: Callable[[], None]
    wake_runs: Callable[[], None]

    async def generate(self, prompt: str, session: str) -> Generation:
        """Code for `prompt` in the session `session`. Raises BadRequest or SupervisorFailed."""
        turn = self._turn(incoming.prompt(prompt), padded(session))
        await self.turns.request(turn)
        self.wake_turns()
        ended = await _delivered(turn.id, self.turns.find)
        if ended.error is not None:
            raise SupervisorFailed(ended.error["code"], ended.error["message"])
        answer = dict(ended.answer or {})
        version = await self.turns.version(ended.version_id) if ended.version_id else None
        if version is not None:
            answer["code"] = version.code
        return GENERATION.validate_python(answer)

    async def execute(self, code: str, session: str) -> JobReport:
        """Run `code` as it is and report its end. Raises BadRequest or SupervisorFailed."""
        turn = self._turn("", padded(session))
        run_id = await self.runs.request_code(turn, incoming.code(code), sha256_of(code), self._timeout)
        self.wake_runs()
        ended = await _delivered(run_id, self.runs.find)
        report = JobReport.model_validate(ended.report)
        return report.model_copy(update={"output": self.redact(ended.output)})

    @property
    def _timeout(self) -> float:
        return self.settings.run_timeout_seconds

    def _turn(self, prompt: str, session: str) -> NewTurn:
        return NewTurn(
            id=f"turn-{uuid.uuid4().hex[:24]}",
            team=API,
            channel=API,
            thread_ts=session,
            user_id=API,
            surface=API,
            prompt=prompt,
            cluster=self.settings.cluster_for(API),
        )


async def _delivered(row_id: str, find: Callable[[str], Awaitable[Row | None]]) -> Row:
    while True:
        row = await find(row_id)
        if row is not None and row.delivered:
            return row
        await asyncio.sleep(LOOK_SECONDS)
