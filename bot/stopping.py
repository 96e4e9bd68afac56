"""Stopping everything that is being worked on in a thread."""

import contextlib
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from bot.errors import Stale
from bot.intake import Intake, Person
from bot.store.models import Run
from bot.store.ongoing import Ongoing

NOTHING = "Nothing is being worked on in this thread."


@dataclass(frozen=True)
class Stopping:
    """Notes that a thread's turns and runs are to be stopped."""

    intake: Intake
    ongoing: Ongoing

    async def note(self, person: Person, channel: str, thread_ts: str) -> tuple[Run, ...]:
        """Write it down; the runs whose jobs can be stopped at once.

        Raises Refused, and Stale when there is nothing to stop.
        """
        found = await self.ongoing.open_in_thread(person.home_team, channel, thread_ts)
        for turn_id in found.turns:
            await _unless_ended(self.intake.stop_turn, person, turn_id)
        stopped = [await _unless_ended(self.intake.stop, person, run_id) for run_id in found.runs]
        if not found:
            raise Stale("nothing_works", NOTHING)
        return tuple(run for run in stopped if run is not None)


async def _unless_ended(
    stop: "Callable[[Person, str], Awaitable[Run | None]]", person: Person, row_id: str
) -> Run | None:
    """What ends in the same moment needs no stop."""
    with contextlib.suppress(Stale):
        return await stop(person, row_id)
    return None
