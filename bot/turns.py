"""A user's request for code, from the row to the card in the thread.

Each step writes down what it has done before the next one begins, so that a turn whose replica died goes on where it
stopped: the thread is opened once, the card is posted once, and whatever is asked ends in a card that says so.
"""

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import aclosing
from dataclasses import dataclass
from typing import TypeVar

from agents.wire import (
    GENERATION,
    Finished,
    Generate,
    Generation,
    Progress,
    Repairing,
    Reply,
    UnvalidatedCode,
    ValidatedCode,
)
from bot.blocks import turn as cards
from bot.blocks.text import Message
from bot.errors import SlackRefused, SupervisorFailed
from bot.output import readable
from bot.poster import Place, Poster
from bot.redaction import Redaction
from bot.sessions import session_id
from bot.snippets import code_filename
from bot.store.models import TURN_OPEN, CodeVersion, Turn
from bot.store.turns import API, TurnStore
from bot.supervisor import Supervisor, generation_of
from bot.updates import LiveMessage, Pace, live, say_the_end

logger = logging.getLogger(__name__)

Shown = TypeVar("Shown", Reply, ValidatedCode, UnvalidatedCode)

INTERRUPTED = "I was restarted twice while I worked on this, so I stopped. Nothing is lost: press Try again."
TOO_SLOW = "The agents took too long, so I stopped waiting. Press Try again, or ask for something smaller."
NO_ANSWER = "The agent's answer broke off before it was complete. Press Try again."
CRASHED = "Something went wrong on my side. Press Try again; if it happens again, give whoever runs me this id."
MAX_INTERRUPTIONS = 1
"""A generation is not idempotent: it is repeated by itself once, then only by a person."""


@dataclass(frozen=True)
class Turns:
    """Works on turns, one call of `handle` for each claim of a row; `time_limit` is the seconds for one answer."""

    store: TurnStore
    supervisor: Supervisor
    poster: Poster
    pace: Pace
    redact: Redaction
    time_limit: float

    async def handle(self, turn: Turn) -> None:
        """Bring the turn to its end and show it. Raises what makes another try worth while."""
        if turn.surface == API:
            await self._answer_caller(turn)
        else:
            await self._answer_in_thread(turn)
        await self.store.deliver(turn)

    async def abandon(self, turn: Turn) -> None:
        """The turn has crashed again and again: say so with its id; the log has the rest."""
        if turn.state in TURN_OPEN:
            await self.store.fail(turn, "internal", CRASHED)
        try:
            if turn.surface != API:
                place = await self._open_thread(turn)
                await say_the_end(self.poster, place, turn.card_ts, cards.failed(CRASHED, turn.id), turn.id)
        except SlackRefused as refusal:
            await self._give_up(turn, refusal)
        await self.store.deliver(turn)

    async def _answer_caller(self, turn: Turn) -> None:
        """The caller of the API reads the row: nothing is posted."""
        if turn.state in TURN_OPEN:
            await self.store.open_thread(turn, turn.thread_ts or "", session_of(turn))
            await self._generate(turn, None)

    async def _answer_in_thread(self, turn: Turn) -> None:
        try:
            place = await self._open_thread(turn)
            if turn.card_ts is None:
                first = cards.progress(cards.Steps(turn.cluster))
                card_ts = await self.poster.post(place, first, turn.id, maybe_posted=turn.fence > 1)
                await self.store.save(turn, card_ts=card_ts)
            if turn.state in TURN_OPEN:
                await self._answer(turn, place)
            await self._show(turn, place)
        except SlackRefused as refusal:
            await self._give_up(turn, refusal)

    async def _generate(self, turn: Turn, show: LiveMessage | None) -> None:
        """Ask the supervisor and write its answer down, whatever it is; progress goes to `show`."""
        if turn.interruptions >= MAX_INTERRUPTIONS and turn.state == "working":
            await self.store.fail(turn, "interrupted", INTERRUPTED, interrupted=True)
            return
        await self.store.start(turn)
        try:
            result = await self._ask(turn, show)
        except SupervisorFailed as failure:
            await self.store.fail(turn, failure.code, failure.sentence)
        else:
            await self._keep(turn, result)

    async def _open_thread(self, turn: Turn) -> Place:
        if turn.thread_ts is None:
            root = cards.root(turn.user_id, turn.prompt)
            ts = await self.poster.post(Place(turn.channel), root, f"root-{turn.id}", maybe_posted=turn.fence > 1)
        else:
            ts = turn.thread_ts
        await self.store.open_thread(turn, ts, session_id(turn.team, turn.channel, ts))
        return Place(turn.channel, ts)

    async def _answer(self, turn: Turn, place: Place) -> None:
        async with live(self.poster, self.pace, place, turn.card_ts or "") as show:
            await self._generate(turn, show)

    async def _ask(self, turn: Turn, show: LiveMessage | None) -> Generation:
        request = await self._request(turn)
        try:
            async with asyncio.timeout(self.time_limit), aclosing(self.supervisor.generate(request)) as events:
                return await self._last(events, cards.Steps(turn.cluster), show)
        except TimeoutError as error:
            raise SupervisorFailed("too_slow", TOO_SLOW) from error

    async def _last(self, events: AsyncIterator[Progress], steps: cards.Steps, show: LiveMessage | None) -> Generation:
        async for event in events:
            if isinstance(event, Finished):
                return generation_of(event.envelope)
            steps = steps.after(self._clean(event))
            if show:
                show.show(cards.progress(steps))
        raise SupervisorFailed("no_answer", NO_ANSWER)

    def _clean(self, event: Progress) -> Progress:
        """The event without secrets: the last line of a traceback is whatever the program wanted to say."""
        if isinstance(event, Repairing):
            return event.model_copy(update={"error": self.redact(readable(event.error))})
        return event

    async def _request(self, turn: Turn) -> Generate:
        session = session_of(turn)
        current = await self._current(turn, session)
        return Generate(
            prompt=turn.prompt,
            session_id=session,
            ray_cluster_ip=turn.cluster,
            user_id=turn.user_id,
            code=current.code if current else None,
        )

    async def _current(self, turn: Turn, session: str) -> CodeVersion | None:
        """The program to change: the one that the turn names, or the thread's newest."""
        if turn.base is None:
            return await self.store.newest_version(session)
        return await self.store.version(turn.base)

    async def _keep(self, turn: Turn, result: Generation) -> None:
        if isinstance(result, Reply):
            await self.store.answer(turn, result)
        else:
            await self.store.answer_with_code(turn, session_of(turn), result)

    async def _show(self, turn: Turn, place: Place) -> None:
        version = await self.store.version(turn.version_id) if turn.version_id else None
        card = self._card(turn, version)
        ts = await say_the_end(self.poster, place, turn.card_ts, card, turn.id)
        if ts != turn.card_ts:
            await self.store.save(turn, card_ts=ts)
        if version is None:
            return
        try:
            await self._attach(turn, place, version)
        except SlackRefused as refusal:
            logger.warning("turn=<%s>, code=<%s> | no snippet", turn.id, refusal.code)
            await self.poster.update(place, ts, card.with_note(f"The code could not be attached. {refusal.sentence}"))

    def _card(self, turn: Turn, version: CodeVersion | None) -> Message:
        if turn.error is not None:
            return cards.failed(self.redact(turn.error["message"]), turn.id)
        answer = dict(turn.answer or {})
        if version is None:
            return cards.reply(self._redacted(Reply.model_validate(answer), "text"))
        answer["code"] = version.code
        result = GENERATION.validate_python(answer)
        if isinstance(result, ValidatedCode):
            return cards.validated(self._redacted(result, "output", "explanation"), version.id, version.number)
        if isinstance(result, UnvalidatedCode):
            return cards.unvalidated(self._redacted(result, "output", "traceback"), turn.id)
        raise AssertionError(result)

    def _redacted(self, result: Shown, *fields: str) -> Shown:
        clean = {name: self.redact(readable(getattr(result, name) or "")) for name in fields}
        return result.model_copy(update=clean)

    async def _attach(self, turn: Turn, place: Place, version: CodeVersion) -> None:
        name = code_filename(version.title)
        if turn.snippet_file is None:
            file_id = await self.poster.upload(name, version.code.encode(), "python")
            await self.store.save(turn, snippet_file=file_id)
        await self.poster.share(place, turn.snippet_file or "", name)

    async def _give_up(self, turn: Turn, refusal: SlackRefused) -> None:
        """Slack takes no message there: say so where it still listens, and keep what was asked in the store."""
        logger.warning("turn=<%s>, code=<%s> | Slack refused", turn.id, refusal.code)
        if turn.state in TURN_OPEN:
            await self.store.fail(turn, refusal.code, refusal.sentence)
        if not turn.response_url:
            return
        try:
            await self.poster.respond(turn.response_url, cards.failed(refusal.sentence, turn.id))
        except SlackRefused:
            logger.warning("turn=<%s> | the person could not be told", turn.id)


def session_of(turn: Turn) -> str:
    """The AgentCore session in which the turn is answered; a caller of the API names its own."""
    if turn.surface == API:
        return turn.thread_ts or ""
    return session_id(turn.team, turn.channel, turn.thread_ts or "")
