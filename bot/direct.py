"""Requests whose caller waits for the answer on its own connection: the same rows and workers, no Slack."""

import asyncio
import base64
import contextlib
import uuid
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import TypeVar

from agents.wire import (
    GENERATION,
    Generation,
    JobReport,
    OutputFile,
    UnvalidatedCode,
    ValidatedCode,
    Wire,
    sha256_of,
)
from bot import incoming
from bot.blocks import files
from bot.deliveries import Deliveries
from bot.errors import SupervisorFailed
from bot.redaction import Redaction
from bot.redaction.answers import without_secrets
from bot.sessions import padded
from bot.settings import Settings
from bot.store.models import Run, Turn
from bot.store.runs import RunStore
from bot.store.turns import API, NewTurn, TurnStore

LOOK_SECONDS = 1.0
"""How often the row is read: another replica, which cannot tell us, may be the one that works on it."""

SAID = ("output", "traceback", "explanation", "text")
"""The fields in which a program's or a model's words leave the process; code is the user's own and stays."""

Row = TypeVar("Row", Turn, Run)
Answer = TypeVar("Answer", bound=Wire)


@dataclass(frozen=True)
class Direct:
    """Writes a caller's request down and waits until a worker has answered it."""

    turns: TurnStore
    runs: RunStore
    settings: Settings
    redact: Redaction
    wake_turns: Callable[[], None]
    wake_runs: Callable[[], None]
    deliveries: Deliveries

    async def generate(self, prompt: str, session: str) -> Generation:
        """Code for `prompt` in the session `session`. Raises BadRequest or SupervisorFailed."""
        turn = self._turn(incoming.prompt(prompt), padded(session))
        await self.turns.request(turn)
        self.wake_turns()
        ended = await self._delivered(turn.id, self.turns.find)
        if ended.error is not None:
            raise SupervisorFailed(ended.error["code"], ended.error["message"])
        answer = dict(ended.answer or {})
        version = await self.turns.version(ended.version_id) if ended.version_id else None
        if version is not None:
            answer["code"] = version.code
        return self._without_secrets(GENERATION.validate_python(answer))

    async def execute(self, code: str, session: str) -> JobReport:
        """Run `code` as it is and report its end. Raises BadRequest or SupervisorFailed."""
        turn = self._turn("", padded(session))
        run_id = await self.runs.request_code(turn, incoming.code(code), sha256_of(code), self._timeout)
        self.wake_runs()
        ended = await self._delivered(run_id, self.runs.find)
        report = JobReport.model_validate(ended.report)
        told = report.model_copy(update={"output": ended.output, "files": self._clean(report.files)})
        return self._without_secrets(told)

    def _without_secrets(self, result: Answer) -> Answer:
        """The result without secrets; what it says is otherwise as it was printed."""
        said = {name: getattr(result, name, None) for name in SAID}
        clean: dict[str, object] = {name: self.redact(text) for name, text in said.items() if text}
        if isinstance(result, ValidatedCode | UnvalidatedCode):
            clean["attempts"] = without_secrets(result.attempts, self.redact)
        return result.model_copy(update=clean)

    def _clean(self, saved: tuple[OutputFile, ...]) -> tuple[OutputFile, ...]:
        """The files without secrets where they are text."""
        return tuple(
            file.model_copy(update={"data": base64.b64encode(files.content(file, self.redact)).decode()})
            if file.data
            else file
            for file in saved
        )

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

    async def _delivered(self, row_id: str, find: Callable[[str], Awaitable[Row | None]]) -> Row:
        with self.deliveries.awaited(row_id) as told:
            while True:
                row = await find(row_id)
                if row is not None and row.delivered:
                    return row
                with contextlib.suppress(TimeoutError):
                    await asyncio.wait_for(told.wait(), LOOK_SECONDS)
