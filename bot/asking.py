"""The supervisor asked for one turn: the thread goes along, progress is shown, and a stop is heeded."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import aclosing
from dataclasses import dataclass

from agents.wire import (
    Drafting,
    Envelope,
    FileDescription,
    Finished,
    Generate,
    InputFiles,
    PastTurn,
    PastVersion,
    Progress,
    Repairing,
    Validate,
)
from bot.attachments.staging import Attachments, Staged
from bot.errors import BadRequest, FilesUnavailable, StoreUnavailable, SupervisorFailed
from bot.output import readable
from bot.redaction import Redaction
from bot.store.models import CodeVersion, Turn
from bot.store.turns import TurnStore
from bot.supervisor import Supervisor

Listener = Callable[[Progress], None]

TOO_SLOW = "The agents took too long, so I stopped waiting. Press Try again, or ask for something smaller."
NO_ANSWER = "The agent's answer broke off before it was complete. Press Try again."
STOPPED = "Stopped: nothing more is written, and what was running for it is being stopped. Try again asks once more."
BASE_GONE = "The program that this is about is no longer kept, so there is nothing to change. Ask for it anew."
GIVEN_TITLE = "Ray program"
"""Of a program that somebody gave in a thread that had none."""
LOOK_SECONDS = 1.0
"""How often the row is read for a stop, which any replica may have written there."""


@dataclass(frozen=True)
class Asking:
    """Asks for turns; `time_limit` is the seconds for one answer."""

    store: TurnStore
    supervisor: Supervisor
    attachments: Attachments
    redact: Redaction
    time_limit: float

    async def answer(self, turn: Turn, session_id: str, staged: Staged | None, listen: Listener) -> Envelope:
        """The envelope, after the progress.

        Raises SupervisorFailed, also when the turn is stopped, and BadRequest when the program that it names is gone.
        """
        request = await self._request(turn, session_id, staged)
        asking = asyncio.create_task(self._envelope(request, listen))
        try:
            while not (await asyncio.wait({asking}, timeout=LOOK_SECONDS))[0]:
                if await self._stop_wanted(turn):
                    raise SupervisorFailed("cancelled", STOPPED)
            return asking.result()
        finally:
            asking.cancel()
            await asyncio.gather(asking, return_exceptions=True)

    async def _stop_wanted(self, turn: Turn) -> bool:
        try:
            return await self.store.stop_wanted(turn)
        except StoreUnavailable:
            # what is being made must not be lost for it: the lease has its own way to find out
            return False

    async def _envelope(self, request: Generate | Validate, listen: Listener) -> Envelope:
        try:
            async with asyncio.timeout(self.time_limit), aclosing(self.supervisor.generate(request)) as events:
                return await self._last(events, listen)
        except TimeoutError as error:
            raise SupervisorFailed("too_slow", TOO_SLOW) from error

    async def _last(self, events: AsyncIterator[Progress], listen: Listener) -> Envelope:
        async for event in events:
            if isinstance(event, Finished):
                return event.envelope
            listen(self._clean(event))
        raise SupervisorFailed("no_answer", NO_ANSWER)

    def _clean(self, event: Progress) -> Progress:
        """The event without secrets: what a program or a model says there is whatever it wants to say."""
        if isinstance(event, Repairing):
            return event.model_copy(update={"error": self.redact(readable(event.error))})
        if isinstance(event, Drafting):
            return event.model_copy(update={"tail": self.redact(readable(event.tail))})
        return event

    async def _request(self, turn: Turn, session_id: str, staged: Staged | None) -> Generate | Validate:
        current = await self._current(turn, session_id)
        if turn.given_code is not None:
            return Validate(
                code=turn.given_code,
                title=current.title if current else GIVEN_TITLE,
                session_id=session_id,
                ray_cluster_ip=turn.cluster,
                user_id=turn.user_id,
                input_files=await self._input_files(staged),
            )
        turns, versions = await self.store.history(turn, session_id)
        return Generate(
            prompt=turn.prompt,
            session_id=session_id,
            ray_cluster_ip=turn.cluster,
            user_id=turn.user_id,
            code=current.code if current else None,
            history=tuple(map(self._past_turn, turns)),
            versions=tuple(map(self._past_version, versions)),
            input_files=await self._input_files(staged),
            file_descriptions=tuple(map(self._described, staged.descriptions)) if staged else (),
        )

    async def _current(self, turn: Turn, session_id: str) -> CodeVersion | None:
        """The program to change: the one that the turn names, or the thread's newest, or what the thread began with.

        Raises BadRequest when the one that it names is no longer kept.
        """
        if turn.base is None:
            return await self.store.newest_version(session_id) or await self.store.taken_along(turn)
        named = await self.store.version(turn.base) if turn.base else None
        if turn.base and named is None and turn.given_code is None:
            raise BadRequest("base_gone", BASE_GONE)  # without it the model would write another program
        return named

    async def _input_files(self, staged: Staged | None) -> InputFiles | None:
        try:
            return await self.attachments.reference(staged.package) if staged else None
        except FilesUnavailable as error:
            raise SupervisorFailed(error.code, error.sentence) from error

    def _past_turn(self, turn: PastTurn) -> PastTurn:
        """The turn without secrets in what was answered: it goes to whoever runs the model."""
        return turn.model_copy(update={"answer": self.redact(readable(turn.answer))})

    def _past_version(self, version: PastVersion) -> PastVersion:
        """The version without secrets in what it printed when it failed; its code is the user's own."""
        return version.model_copy(update={"failure": self.redact(readable(version.failure))})

    def _described(self, file: FileDescription) -> FileDescription:
        """The description without secrets."""
        columns = tuple(map(self.redact, file.columns))
        return file.model_copy(update={"columns": columns, "beginning": self.redact(file.beginning)})
