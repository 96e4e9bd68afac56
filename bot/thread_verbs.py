"""What a verb does in a thread: each is decided again by the permissions, and done once for a message."""

import asyncio
from dataclasses import dataclass

from bot.blocks import help as words
from bot.blocks import status
from bot.blocks.diff import unified
from bot.blocks.text import Message
from bot.errors import BadRequest, Stale
from bot.intake import Asked, Intake, Person
from bot.stopping import Stopping
from bot.store.models import Run
from bot.store.ongoing import InThread, Ongoing
from bot.verbs import Said

NO_PROGRAM = "There is no program here that has run on the cluster. Say it in the thread of one, or ask for one first."
NO_VERSIONS = "There is no program here to go back to. Say it in the thread of one."
STOPPING = "I am stopping it: the card in this thread says when it has ended."
ONE_VERSION = "There is nothing to compare: this thread has no program that came from another one."


@dataclass(frozen=True)
class Place:
    """The message that says the verb, and the thread that it stands in, or opens."""

    channel: str
    thread_ts: str
    message_ts: str

    @property
    def key(self) -> str:
        """The same for every delivery of the message."""
        return f"{self.channel}:{self.message_ts}"


@dataclass(frozen=True)
class ThreadVerbs:
    """Every method raises RaygenError with a sentence for the person."""

    intake: Intake
    ongoing: Ongoing
    stopping: Stopping

    async def do(self, said: Said, person: Person, place: Place, surface: str) -> Message | None:
        """Do what was said; words for the person alone, or None where the thread shows it."""
        if said.verb == "version":
            await self._go_back(said.number or 0, person, place, surface)
            return None
        if said.verb == "run":
            return await self._run(person, place)
        await self.intake.admit(person, place.channel)
        if not await self.ongoing.once(f"verb:{place.key}"):
            return None
        if said.verb == "help":
            return words.in_thread()
        if said.verb == "stop":
            return await self._stop(person, place)
        thread = await self._thread(person, place)
        return await (self._diff(thread) if said.verb == "diff" else self._status(thread))

    async def _go_back(self, number: int, person: Person, place: Place, surface: str) -> None:
        """The supervisor takes this sentence for what it is, without a model, where there is a version at all."""
        if (await self._thread(person, place)).newest is None:
            raise BadRequest("no_versions", NO_VERSIONS)
        asked = Asked(
            person=person,
            channel=place.channel,
            thread_ts=place.thread_ts,
            prompt=f"go back to version {number}",
            surface=surface,
            key=f"message:{place.key}",
            message_ts=place.message_ts,
        )
        await self.intake.ask(asked)

    async def _run(self, person: Person, place: Place) -> Message | None:
        thread = await self._thread(person, place)
        version = thread.validated
        if version is None:
            raise BadRequest("nothing_to_run", NO_PROGRAM)
        try:
            await self.intake.run(person, version.id, f"message:{place.key}", 1)
        except Stale as stale:
            if stale.code != "run_before":
                raise
            return None  # the message has come before
        if thread.newest is None or thread.newest.id == version.id:
            return None
        newer = f"Version {thread.newest.number} never ran through, so I run version {version.number}."
        return words.notice(newer)

    async def _stop(self, person: Person, place: Place) -> Message:
        runs = await self.stopping.note(person, place.channel, place.thread_ts)
        await asyncio.gather(*(self.intake.stop_now(run) for run in runs))
        return words.notice(STOPPING)

    async def _status(self, thread: InThread) -> Message:
        run = thread.runs[0] if thread.runs else None
        doing = status.Doing(
            writing=thread.turns[0].prompt if thread.turns else None,
            run=run.state if run else None,
            cluster=run.cluster if run else "",
            seconds=await self.ongoing.seconds_since(run.created_at) if run else 0.0,
            position=await self._position(run),
            newest=thread.newest.number if thread.newest else None,
            validated=bool(thread.newest and thread.newest.state == "validated"),
            cancelled=bool(thread.newest and thread.newest.cancelled_by),
            ended=thread.last_run.state if thread.last_run else None,
        )
        return words.notice(status.sentence(doing))

    async def _diff(self, thread: InThread) -> Message:
        newest = thread.newest
        parent = await self.ongoing.version(newest.parent_id) if newest else None
        if newest is None or parent is None:
            return words.notice(ONE_VERSION)
        names = f"version {parent.number}", f"version {newest.number}"
        text = await asyncio.to_thread(unified, parent.code, newest.code, *names)
        return status.difference(parent.number, newest.number, text)

    async def _position(self, run: Run | None) -> int | None:
        position = await self.intake.runs.position(run) if run else None
        return position.number if position else None

    async def _thread(self, person: Person, place: Place) -> InThread:
        return await self.ongoing.in_thread(person.home_team, place.channel, place.thread_ts)
