"""Requests for code that a button makes about an earlier one: Try again, Regenerate, Explain, Fix it, and an edit."""

import contextlib
from dataclasses import dataclass, replace

from agents.wire import MAX_PROMPT_CHARACTERS, JobReport
from bot.attachments.staging import attached_to
from bot.blocks.viewed import EXPLAIN
from bot.errors import Stale
from bot.intake import Asked, Intake, Person
from bot.output import readable
from bot.redaction import Redaction
from bot.store.models import CodeVersion, Run, Turn
from bot.store.runs import storable

MOST_SAID = MAX_PROMPT_CHARACTERS // 2


@dataclass(frozen=True)
class Press:
    """A button that asks for code again: who pressed it, a key for this button, and where a refusal may go."""

    person: Person
    key: str
    response_url: str | None = None


@dataclass(frozen=True)
class Again:
    """Every method raises RaygenError with a sentence for the person: Stale when the button has been pressed before."""

    intake: Intake
    redact: Redaction

    async def same(self, press: Press, turn_id: str) -> None:
        """Try again: the same request once more."""
        turn = await self.intake.turn(turn_id)
        files = attached_to(turn) if turn.message_ts is None else ()  # a message's own are found in its thread
        asked = _in_thread(press, turn, turn.prompt, turn.base)
        asked = replace(asked, given_code=turn.given_code, given_file=turn.given_file)
        await self._ask(replace(asked, files=files, cluster=self._chosen(turn)))

    async def regenerate(self, press: Press, version_id: str) -> None:
        """Another program for the request that led to this one, from what that went by."""
        version = await self.intake.version(version_id)
        turn = await self.intake.turn(version.turn_id)
        base = turn.base if turn.base is not None else version.parent_id or await self._taken_along(turn)
        await self._ask(_in_thread(press, turn, turn.prompt, base))

    async def edited(self, press: Press, version: CodeVersion, code: str) -> None:
        """A person's edit of a version: validated as it is; once, however often it is submitted."""
        with contextlib.suppress(Stale):
            await self._about(press, version, f"Edited version {version.number} by hand.", code)

    async def explain(self, press: Press, version_id: str) -> None:
        """An explanation of the program, in words."""
        await self._about(press, await self.intake.version(version_id), EXPLAIN)

    async def fix_code(self, press: Press, version_id: str) -> None:
        """A new version of a program that failed when it was validated."""
        version = await self.intake.version(version_id)
        answer = (await self.intake.turn(version.turn_id)).answer or {}
        said = answer.get("traceback") or (answer.get("error") or {}).get("message") or "no output"
        await self._about(press, version, self._failed("validated", said))

    async def fix(self, press: Press, run_id: str) -> None:
        """A new version of exactly the program that failed, from the real traceback."""
        run = await self.intake.kept_run(run_id)
        await self._about(press, await self.intake.version(run.version_id), self._failed("run", _said(run)))

    async def _taken_along(self, turn: Turn) -> str:
        """The program of another thread that the turn's thread began with; empty when it began with none."""
        version = await self.intake.turns.taken_along(turn)
        return version.id if version else ""

    def _chosen(self, turn: Turn) -> str | None:
        """The cluster of a request that never got a thread, which would know it."""
        offered = self.intake.settings.offers(turn.channel, turn.cluster)
        return turn.cluster if turn.thread_ts is None and offered else None

    async def _about(self, press: Press, version: CodeVersion, prompt: str, code: str | None = None) -> None:
        asked = _in_thread(press, await self.intake.turn(version.turn_id), prompt, version.id)
        await self._ask(replace(asked, given_code=code))

    async def _ask(self, asked: Asked) -> None:
        if not await self.intake.ask(asked):
            raise Stale("asked_before", "That is being worked on already: see the thread.")

    def _failed(self, when: str, said: str) -> str:
        """What the model is asked; what a program has said goes to whoever runs the model, so without secrets."""
        return storable(f"The program failed when it was {when}. Fix it.\n\n{self.redact(readable(said))[-MOST_SAID:]}")


def _in_thread(press: Press, turn: Turn, prompt: str, base: str | None) -> Asked:
    """A request for code by a button, in the thread of an earlier one."""
    return Asked(press.person, turn.channel, turn.thread_ts, prompt, "button", press.key, press.response_url, base)


def _said(run: Run) -> str:
    report = JobReport.model_validate(run.report or {"status": "failed"})
    return report.traceback or run.output[-2_000:] or (report.error.message if report.error else "no output")
