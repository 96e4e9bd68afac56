"""What a person asks for -> a row: permission, checks, one transaction, and a nudge to the workers.

Every listener comes through here, and acknowledges only after it has returned.
"""

import hashlib
import logging
from collections.abc import Callable
from dataclasses import dataclass, field

from agents.wire import MAX_PROMPT_CHARACTERS, JobReport
from bot import incoming
from bot.attachments.shared import SharedFile
from bot.attachments.staging import Attachments, NoAttachments, noted
from bot.errors import BadRequest, RaygenError, Stale
from bot.people import People
from bot.permissions import Verb, require
from bot.runs import Runs
from bot.settings import Settings
from bot.store.models import CodeVersion, Run, Turn
from bot.store.runs import RunStore, storable
from bot.store.turns import NewTurn, TurnStore

logger = logging.getLogger(__name__)

ID_CHARACTERS = 24


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
    where one does, and `files` are attached to it.
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


@dataclass(frozen=True)
class Press:
    """A button that asks for code again: who pressed it, a key for this button, and where a refusal may go."""

    person: Person
    key: str
    response_url: str | None = None


@dataclass(frozen=True)
class Intake:
    """Writes requests down. Every method raises RaygenError with a sentence for the person."""

    turns: TurnStore
    runs: RunStore
    work: Runs
    people: People
    settings: Settings
    wake_turns: Callable[[], None]
    wake_runs: Callable[[], None]
    attachments: Attachments = field(default_factory=NoAttachments)

    async def ask(self, asked: Asked) -> bool:
        """A request for code; False when it has been written down before."""
        await self._require(asked.person, "ask")
        prompt = incoming.prompt(asked.prompt)
        self.attachments.require(asked.files)
        turn = NewTurn(
            id=_id("turn", asked.key),
            team=asked.person.home_team,
            channel=asked.channel,
            thread_ts=asked.thread_ts,
            user_id=asked.person.user_id,
            surface=asked.surface,
            prompt=prompt,
            cluster=self.settings.cluster_for(asked.channel),
            response_url=asked.response_url,
            base=asked.base,
            message_ts=asked.message_ts,
            attached=noted(asked.files),
        )
        new = await self.turns.request(turn, asked.key)
        logger.info("turn=<%s>, surface=<%s>, new=<%s> | asked for code", turn.id, asked.surface, new)
        self.wake_turns()
        return new

    async def run(self, person: Person, version_id: str, card_ts: str, number: int) -> None:
        """A click on Run or Rerun. Raises Stale when this button has been pressed before."""
        await self._require(person, "run")
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
        self.wake_runs()

    async def rerun(self, person: Person, run_id: str) -> None:
        """Once more what an earlier run ran, asked for from the list of runs."""
        run = await self.runs.find(run_id)
        if run is None:
            raise Stale("unknown_run", "This run is no longer kept. Ask again in the thread.")
        await self.run(person, run.version_id, f"rerun-{run.id}", run.number + 1)

    async def admit(self, person: Person) -> None:
        """Raises Refused for somebody who may not even ask."""
        await self._require(person, "ask")

    async def stop(self, person: Person, run_id: str) -> Run:
        """A click on Stop. Raises Stale when there is nothing left to stop."""
        await self._require(person, "stop")
        run = await self.runs.find(run_id)
        if run is None or not await self.runs.ask_to_stop(run_id, person.user_id):
            raise Stale("not_running", "There is nothing left to stop: the run has ended, or is being stopped.")
        run.stop_asked_by = person.user_id
        logger.info("run=<%s> | asked to stop", run_id)
        self.wake_runs()
        return run

    async def sources(self, person: Person, run_id: str) -> Run:
        """A click on Where lines come from. Raises Stale for a run that is no longer kept."""
        await self._require(person, "ask")
        run = await self.runs.find(run_id)
        if run is None:
            raise Stale("unknown_run", "This run is no longer kept. Ask again in the thread.")
        return run

    async def stop_turn(self, person: Person, turn_id: str) -> None:
        """A click on Stop while code is being written. Raises Stale when there is nothing left to stop."""
        await self._require(person, "stop")
        if not await self.turns.ask_to_stop(turn_id, person.user_id):
            raise Stale("not_working", "There is nothing left to stop: the answer is there, or is being stopped.")
        logger.info("turn=<%s> | asked to stop", turn_id)

    async def stop_now(self, run: Run) -> None:
        """Stop the job at once; if that fails, the run's own loop does it."""
        try:
            await self.work.stop(run)
        except RaygenError as error:
            logger.warning("run=<%s>, code=<%s> | stop left to the run's loop", run.id, error.code)

    async def ask_again(self, press: Press, turn_id: str) -> None:
        """Try again: the same request once more."""
        turn = await self._turn(turn_id)
        await self._ask_in_thread(press, turn, turn.prompt, turn.base)

    async def regenerate(self, press: Press, version_id: str) -> None:
        """Another program for the request that led to this one, from what it came from."""
        version = await self._version(version_id)
        turn = await self._turn(version.turn_id)
        await self._ask_in_thread(press, turn, turn.prompt, version.parent_id or "")

    async def fix(self, press: Press, run_id: str) -> None:
        """A new version of exactly the program that failed, from the real traceback."""
        run = await self.runs.find(run_id)
        if run is None:
            raise Stale("unknown_run", "This run is no longer kept. Ask again in the thread.")
        version = await self._version(run.version_id)
        await self._ask_in_thread(press, await self._turn(version.turn_id), _fix_prompt(run), version.id)

    async def _ask_in_thread(self, press: Press, turn: Turn, prompt: str, base: str | None) -> None:
        asked = Asked(press.person, turn.channel, turn.thread_ts, prompt, "button", press.key, press.response_url, base)
        if not await self.ask(asked):
            raise Stale("asked_before", "That is being worked on already: see the thread.")

    async def _version(self, version_id: str) -> CodeVersion:
        version = await self.turns.version(version_id)
        if version is None:
            raise Stale("unknown_version", "This code is no longer kept. Ask for it again in the thread.")
        return version

    async def _turn(self, turn_id: str) -> Turn:
        turn = await self.turns.find(turn_id)
        if turn is None:
            raise Stale("unknown_turn", "This request is no longer kept. Ask again.")
        return turn

    async def _require(self, person: Person, verb: Verb) -> None:
        if not person.team:
            raise BadRequest("no_team", "Slack did not say which workspace you are from. Try again.")
        actor = await self.people.actor(person.user_id, person.team, person.home_team)
        require(actor, verb, allow_guests=self.settings.allow_guests)


def _id(kind: str, key: str) -> str:
    return f"{kind}-{hashlib.sha256(key.encode()).hexdigest()[:ID_CHARACTERS]}"


def _fix_prompt(run: Run) -> str:
    report = JobReport.model_validate(run.report or {"status": "failed"})
    said = report.traceback or run.output[-2_000:] or (report.error.message if report.error else "no output")
    return storable(f"The program failed when it was run. Fix it.\n\n{said[-MAX_PROMPT_CHARACTERS // 2 :]}")
