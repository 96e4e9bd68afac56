"""A user's request for code, from the row to the card in the thread.

Each step writes down what it has done before the next one begins, so that a turn whose replica died goes on where it
stopped: the thread is opened once, the card is posted once, and whatever is asked ends in a card that says so.
"""

import logging
from dataclasses import dataclass, field

from agents.wire import (
    Generation,
    Progress,
    Reply,
)
from bot.answered_cards import AnsweredCards
from bot.approvals import Approvals
from bot.asking import Asking, Listener
from bot.attachments.staging import Attachments, NoAttachments
from bot.blocks import in_person, plan
from bot.blocks import turn as cards
from bot.blocks.approval import Standing, call
from bot.blocks.diff import Change
from bot.editing_shown import Changes
from bot.errors import BadRequest, RaygenError, SlackRefused, SupervisorFailed
from bot.given import GivenFiles
from bot.going_by import GoingBy
from bot.poster import Place, Poster
from bot.redaction import Redaction
from bot.sessions import session_id
from bot.snippets import code_filename
from bot.store.models import TURN_OPEN, CodeVersion, Turn
from bot.store.turns import API, TurnStore
from bot.supervisor import Supervisor, generation_of
from bot.thread_status import ThreadStatus, UnshownStatus
from bot.updates import LiveMessage, Pace, live, note_in_person, say_in_person, say_the_end

logger = logging.getLogger(__name__)

INTERRUPTED = "I was restarted twice while I worked on this, so I stopped. Nothing is lost: press Try again."
CRASHED = "Something went wrong on my side. Press Try again; if it happens again, give whoever runs me this id."
MAX_INTERRUPTIONS = 1
"""A generation is not idempotent: a restart repeats it once, then only a person does."""
THREAD_GONE = frozenset({"message_not_found", "thread_not_found"})
"""Slack's words for a thread in which asking again would end the same way."""


@dataclass(frozen=True)
class Turns:
    """Works on turns, one call of `handle` for each claim of a row; `time_limit` is the seconds for one answer."""

    store: TurnStore
    supervisor: Supervisor
    poster: Poster
    pace: Pace
    redact: Redaction
    time_limit: float
    attachments: Attachments = field(default_factory=NoAttachments)
    status: ThreadStatus = field(default_factory=UnshownStatus)
    given: GivenFiles = field(default_factory=GivenFiles)
    approvals: Approvals | None = None

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
            async with self.status.at_work(turn.team, place, turn.prompt) as rest:
                await self._answer(turn, place)
                rest.waits = turn.version_id is not None
        except SlackRefused as refusal:
            await self._give_up(turn, refusal)

    async def _generate(self, turn: Turn, show: LiveMessage | None) -> None:
        """Ask the supervisor and write its answer down, whatever it is; progress goes to `show`."""
        if turn.interruptions >= MAX_INTERRUPTIONS and turn.state == "working":
            await self.store.fail(turn, "interrupted", INTERRUPTED, interrupted=True)
            return
        try:
            if turn.given_file is not None and turn.given_code is None:
                await self.store.save(turn, given_code=await self.given.program(turn))
            staged = await self.attachments.staged(turn)
            await self.store.start(turn)
            envelope = await self._asking.answer(turn, session_of(turn), staged, _shown(turn, show))
            await self.store.count(turn, envelope.usage)
            result = generation_of(envelope)
        except (BadRequest, SupervisorFailed) as failure:
            await self.store.fail(turn, failure.code, failure.sentence)
        else:
            await self._keep(turn, result)

    @property
    def _asking(self) -> Asking:
        return Asking(self.store, self.supervisor, self.attachments, self.redact, self.time_limit)

    @property
    def _cards(self) -> AnsweredCards:
        return AnsweredCards(self.redact)

    @property
    def _changes(self) -> Changes:
        return Changes(self.store, self.poster)

    async def _open_thread(self, turn: Turn) -> Place:
        if turn.thread_ts is None:
            root = cards.root(turn.user_id, turn.prompt)
            ts = await self.poster.post(Place(turn.channel), root, f"root-{turn.id}", maybe_posted=turn.fence > 1)
        else:
            ts = turn.thread_ts
        await self.store.open_thread(turn, ts, session_id(turn.team, turn.channel, ts))
        return Place(turn.channel, ts)

    async def _answer(self, turn: Turn, place: Place) -> None:
        """Post the card, make it follow the work, and let it have the last word."""
        if turn.card_ts is None:
            await GoingBy(self.store, self.poster, self.redact).say(turn, place)
            first = plan.progress(plan.Steps(turn.cluster), turn.id)
            card_ts = await self.poster.post(place, first, turn.id, maybe_posted=turn.fence > 1)
            await self.store.save(turn, card_ts=card_ts)
        if turn.state in TURN_OPEN:
            async with live(self.poster, self.pace, place, turn.card_ts or "") as show:
                await self._generate(turn, show)
        await self._show(turn, place)

    async def _keep(self, turn: Turn, result: Generation) -> None:
        if isinstance(result, Reply):
            await self.store.answer(turn, result)
        else:
            await self.store.answer_with_code(turn, session_of(turn), result)

    async def _show(self, turn: Turn, place: Place) -> None:
        version = await self.store.version(turn.version_id) if turn.version_id else None
        change, standing = await self._changes.of(turn, version), await self._standing(version)
        card = self._cards.card(turn, version, change, standing)
        ts = await say_the_end(self.poster, place, turn.card_ts, card, turn.id)
        if ts != turn.card_ts:
            await self.store.save(turn, card_ts=ts)
        if version is None:
            return
        try:
            note = await self._attached(turn, place, version, change)
            if note:  # somebody may have pressed a button meanwhile
                version = await self.store.version(version.id)
                card = self._cards.card(turn, version, change, await self._standing(version))
                await self.poster.update(place, ts, card.with_note(note))
            await self._call_approvers(place, standing)
        except SlackRefused as refusal:  # the card has said the end: nobody is to hear that it could not be said
            logger.warning("turn=<%s>, code=<%s> | nothing more below its card", turn.id, refusal.code)

    async def _attached(self, turn: Turn, place: Place, version: CodeVersion, change: Change | None) -> str:
        """Post the program and the difference as files; what is to be said of it where Slack refuses."""
        try:
            await self._attach(turn, place, version)
            await self._changes.attach(turn, place, version, change)
        except SlackRefused as refusal:
            logger.warning("turn=<%s>, code=<%s> | no snippet", turn.id, refusal.code)
            return f"The code could not be attached. {refusal.sentence}"
        return ""

    async def show_again(self, version_id: str) -> None:
        """Have the card of a program say where its approval stands now.

        A program that needs no approval, and that nobody has cancelled, keeps its card.
        """
        version = await self.store.version(version_id)
        if version and (version.cancelled_by or await self._standing(version)):
            await self.show_now(version_id)

    async def show_now(self, version_id: str, waits: bool | None = None) -> None:
        """Have the card of a program say how it is now; once more when that changes meanwhile.

        `waits` is how the thread is left, where that is to be shown. A card that Slack does not change is changed by
        the next click.
        """
        version = await self.store.version(version_id)
        turn = await self.store.find(version.turn_id) if version else None
        if version is None or turn is None or turn.card_ts is None:
            return
        place = Place(turn.channel, turn.thread_ts)
        try:
            await self._call_approvers(place, await self._update(turn, place, version))
        except RaygenError as error:
            logger.warning("version=<%s>, code=<%s> | its card is not up to date", version_id, error.code)
        if waits is not None:
            await self.status.rest(turn.team, place, waits=waits)

    async def _update(self, turn: Turn, place: Place, version: CodeVersion) -> Standing | None:
        """Update the card until it says how the program is; where its approval stands then."""
        change, shown = await self._changes.of(turn, version), None
        while (now := (version.cancelled_by, await self._standing(version))) != shown:
            await self.poster.update(place, turn.card_ts or "", self._cards.card(turn, version, change, now[1]))
            version, shown = await self.store.version(version.id) or version, now
        return now[1]

    async def _call_approvers(self, place: Place, standing: Standing | None) -> None:
        """Tell those who are to approve, once each time that they are asked: Slack notifies of new messages only."""
        words = call(standing) if standing else None
        if words and standing and self.approvals and await self.approvals.is_first_call(standing):
            await self.poster.post(place, words, f"call-{standing.approval_id}", maybe_posted=False)

    async def _standing(self, version: CodeVersion | None) -> Standing | None:
        return await self.approvals.standing(version) if self.approvals and version else None

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
        answered = turn.error is None or turn.error.get("code") != refusal.code
        if answered or not await self._responded(turn, refusal):
            await self._answer_in_person(turn, refusal, answered=answered)

    async def _responded(self, turn: Turn, refusal: SlackRefused) -> bool:
        """Whether the person reads why where they typed the command: Slack takes that for half an hour."""
        try:
            if turn.response_url:
                card = cards.failed(refusal.sentence, turn.id, again=refusal.code not in THREAD_GONE)
                await self.poster.respond(turn.response_url, card)
        except SlackRefused:
            return False
        return bool(turn.response_url)

    async def _answer_in_person(self, turn: Turn, refusal: SlackRefused, *, answered: bool) -> None:
        """Tell whoever asked what became of it, with the program if there is one: the thread cannot."""
        version = await self.store.version(turn.version_id) if turn.version_id else None
        change, standing = await self._changes.of(turn, version), await self._standing(version)
        card = self._cards.card(turn, version, change, standing) if answered else None
        words = in_person.request_ended(card, turn.channel, refusal.code, turn.id)
        place = await say_in_person(self.poster, turn.user_id, words, turn.id)
        if place is None or version is None:
            return
        note = await self._attached(turn, place, version, change)
        if note:
            await note_in_person(self.poster, place, words.with_note(note))


def _shown(turn: Turn, show: LiveMessage | None) -> Listener:
    """What shows the progress of a turn, step by step, in its card; nothing where there is no card."""
    steps = plan.Steps(turn.cluster)

    def listen(event: Progress) -> None:
        nonlocal steps
        steps = steps.after(event)
        if show:
            show.show(plan.progress(steps, turn.id))

    return listen


def session_of(turn: Turn) -> str:
    """The AgentCore session in which the turn is answered; a caller of the API names its own."""
    if turn.surface == API:
        return turn.thread_ts or ""
    return session_id(turn.team, turn.channel, turn.thread_ts or "")
