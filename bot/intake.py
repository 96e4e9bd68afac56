"""What a person asks for -> a row: permission, checks, one transaction, and a nudge to the workers.

Every listener comes through here, and acknowledges only after it has returned.
"""

import hashlib
import logging
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, TypeVar

from agents.tracing import span
from bot import incoming
from bot.approvals import Approvals
from bot.attachments.shared import SharedFile
from bot.attachments.staging import Attachments, NoAttachments, noted
from bot.errors import BadRequest, RaygenError, Stale
from bot.people import Rights
from bot.permissions import Actor, Verb
from bot.runs import Runs
from bot.settings import Settings
from bot.store.full_logs import FullLogStore
from bot.store.models import CodeVersion, Run, Turn
from bot.store.runs import RunStore
from bot.store.turns import NewTurn, TurnStore
from bot.turns import Turns

logger = logging.getLogger(__name__)

ID_CHARACTERS = 24

Row = TypeVar("Row", Turn, Run)


@dataclass(frozen=True)
class Person:
    """Who sent a payload, by the payload's own fields; `home_team` is where the app is installed."""

    user_id: str
    team: str
    home_team: str


@dataclass(frozen=True)
class Asked:
    """A request for code; `key` is the same for every delivery of it, and `thread_ts` None opens a thread.

    `base` is the version to change: None the thread's newest, an empty id none. `message_ts` is the message that asks,
    where one does, and `files` are attached to it. `given_code`, or `given_file`, which holds it, is a program that is
    validated as it is, instead of one that is written; `prompt` then says so. `cluster` is the one that was chosen:
    None the thread's, or the channel's own.
    """

    person: Person
    channel: str
    thread_ts: str | None
    prompt: str
    surface: str
    key: str
    response_url: str | None = None
    base: str | None = None
    message_ts: str | None = None
    files: tuple[SharedFile, ...] = ()
    given_code: str | None = None
    given_file: dict[str, Any] | None = None
    cluster: str | None = None

    @property
    def gives_code(self) -> bool:
        """Whether a program comes along, which is executed as it is."""
        return self.given_code is not None or self.given_file is not None


@dataclass(frozen=True)
class Intake:
    """Writes requests down. Every method raises RaygenError with a sentence for the person.

    With a `home`, the rows of other workspaces are not there: a button's value comes from whoever shares a channel.
    """

    turns: TurnStore
    runs: RunStore
    answers: Turns
    work: Runs
    rights: Rights
    settings: Settings
    wake_turns: Callable[[], None]
    wake_runs: Callable[[], None]
    full_logs: FullLogStore
    wake_logs: Callable[[], None]
    approvals: Approvals
    attachments: Attachments = field(default_factory=NoAttachments)
    home: str | None = None

    async def ask(self, asked: Asked) -> bool:
        """A request for code; False when it has been written down before."""
        await (self.admit_code if asked.gives_code else self.admit)(asked.person, asked.channel)
        prompt = incoming.prompt(asked.prompt)
        self.attachments.require(asked.files)
        turn = NewTurn(
            id=turn_id(asked.key),
            team=asked.person.home_team,
            channel=asked.channel,
            thread_ts=asked.thread_ts,
            user_id=asked.person.user_id,
            surface=asked.surface,
            prompt=prompt,
            cluster=await self._cluster(asked),
            response_url=asked.response_url,
            base=asked.base,
            message_ts=asked.message_ts,
            attached=noted(asked.files),
            given_code=asked.given_code,
            given_file=asked.given_file,
        )
        new = await self.turns.request(turn, asked.key)
        logger.info("turn=<%s>, surface=<%s>, new=<%s> | asked for code", turn.id, asked.surface, new)
        with span("turn.requested", row=turn.id, row_id=turn.id, surface=asked.surface, new=new):
            self.wake_turns()
        return new

    async def run(self, person: Person, version_id: str, card_ts: str, number: int) -> None:
        """A click on Run or Rerun. Raises Stale when this button has been pressed before.

        A program whose approval is over asks for another one, and Stale says so.
        """
        version = await self.version(version_id)
        channel = await self.channel_of(version)
        await self._require(person, "run", channel)
        incoming.refuse_withdrawn(version.cluster, offered=self.settings.offers(channel, version.cluster))
        async with self.approvals.asking_again(version_id, person.user_id):
            run = await self.runs.request(
                version_id,
                card_ts,
                number,
                person.user_id,
                timeout_seconds=self.settings.run_timeout_seconds,
            )
        if run is None:
            raise Stale("run_before", "This run has been started already: see its card in the thread. Rerun is there.")
        logger.info("run=<%s>, version=<%s> | asked to run", run.id, version_id)
        with span("run.requested", row=run.id, row_id=run.id):
            self.wake_runs()

    async def rerun(self, person: Person, run_id: str) -> None:
        """Once more what an earlier run ran, asked for from the list of runs."""
        run = await self.kept_run(run_id)
        await self.run(person, run.version_id, f"rerun-{run.id}", run.number + 1)

    async def admit(self, person: Person, channel: str | None = None) -> None:
        """Raises Refused for somebody who may not even ask: in the channel, or anywhere."""
        await self._require(person, "ask", channel)

    async def admit_code(self, person: Person, channel: str | None = None) -> None:
        """Raises Refused for somebody who may not have a program of their own executed."""
        await self._require(person, "ask", channel)
        await self._require(person, "run", channel)

    async def stop(self, person: Person, run_id: str) -> Run:
        """A click on Stop. Raises Stale when there is nothing left to stop."""
        run = self._own(await self.runs.find(run_id))
        await self._require(person, "stop", run.channel if run else None)
        if run is None or not await self.runs.ask_to_stop(run_id, person.user_id):
            raise Stale("not_running", "There is nothing left to stop: the run has ended, or is being stopped.")
        run.stop_asked_by = person.user_id
        logger.info("run=<%s> | asked to stop", run_id)
        self.wake_runs()
        return run

    async def full_log(self, person: Person, run_id: str) -> None:
        """A click on Full log. Raises Stale for a run that is no longer kept, or whose log is shown already."""
        run = self._own(await self.runs.find(run_id))
        await self._require(person, "ask", run.channel if run else None)
        await self.full_logs.request(await self.kept_run(run_id), person.user_id)
        self.wake_logs()

    async def stop_turn(self, person: Person, turn_id: str) -> None:
        """A click on Stop while code is being written. Raises Stale when there is nothing left to stop."""
        turn = self._own(await self.turns.find(turn_id))
        await self._require(person, "stop", turn.channel if turn else None)
        if turn is None or not await self.turns.ask_to_stop(turn_id, person.user_id):
            raise Stale("not_working", "There is nothing left to stop: the answer is there, or is being stopped.")
        logger.info("turn=<%s> | asked to stop", turn_id)

    async def stop_now(self, run: Run) -> None:
        """Stop the job at once; if that fails, the run's own loop does it."""
        try:
            await self.work.stop(run)
        except RaygenError as error:
            logger.warning("run=<%s>, code=<%s> | stop left to the run's loop", run.id, error.code)

    async def turn(self, turn_id: str) -> Turn:
        """The request. Raises Stale when it is no longer kept."""
        turn = self._own(await self.turns.find(turn_id))
        if turn is None:
            raise Stale("unknown_turn", "This request is no longer kept. Ask again.")
        return turn

    async def kept_run(self, run_id: str) -> Run:
        """The run. Raises Stale when it is no longer kept."""
        run = self._own(await self.runs.find(run_id))
        if run is None:
            raise Stale("unknown_run", "This run is no longer kept. Ask again in the thread.")
        return run

    async def version(self, version_id: str) -> CodeVersion:
        """The program. Raises Stale when it is no longer kept."""
        version = await self.turns.version(version_id)
        if version is None or not await self._is_own(version):
            raise Stale("unknown_version", "This code is no longer kept. Ask for it again in the thread.")
        return version

    async def channel_of(self, version: CodeVersion) -> str:
        """Where the program was asked for: what a payload says of a channel decides nothing."""
        return (await self.turn(version.turn_id)).channel

    async def show_again(self, version_id: str) -> None:
        """Have the card of a program say where its approval stands. Raises Stale when it is no longer kept."""
        await self.answers.show_again((await self.version(version_id)).id)

    async def actor(self, person: Person) -> Actor:
        """Who somebody is. Raises Refused when Slack cannot tell."""
        if not person.team:
            raise BadRequest("no_team", "Slack did not say which workspace you are from. Try again.")
        return await self.rights.people.actor(person.user_id, person.team, person.home_team)

    async def is_own_run(self, run_id: str) -> bool:
        """Whether nothing speaks against its being a run of this workspace."""
        return self.home is None or self._own(await self.runs.find(run_id)) is not None

    async def _is_own(self, version: CodeVersion) -> bool:
        return self.home is None or self._own(await self.turns.find(version.turn_id)) is not None

    async def _cluster(self, asked: Asked) -> str:
        """Where the code runs: what was chosen, in a thread what it has had, as long as the settings offer it there."""
        own, choices = self.settings.cluster_for(asked.channel), self.settings.choices_in(asked.channel)
        if asked.cluster is not None:
            return incoming.chosen(asked.cluster, own, choices)
        if not choices or asked.thread_ts is None:
            return own
        kept = await self.turns.cluster_of(asked.person.home_team, asked.channel, asked.thread_ts)
        return kept if kept in choices else own

    def _own(self, row: Row | None) -> Row | None:
        return row if row is None or self.home in (None, row.team) else None

    async def _require(self, person: Person, verb: Verb, channel: str | None) -> None:
        await self.rights.require(await self.actor(person), verb, channel)


def turn_id(key: str) -> str:
    """The id of the request with this key, before it is written down."""
    return _id("turn", key)


def _id(kind: str, key: str) -> str:
    return f"{kind}-{hashlib.sha256(key.encode()).hexdigest()[:ID_CHARACTERS]}"
