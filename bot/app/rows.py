"""A row -> the work of the workspace that it belongs to.

A row carries the id of its workspace. It is worked on with that workspace's token or not at all: rows of a workspace
that has removed Raygen are ended where nobody has to be told (`bot.app.farewell`).
"""

from dataclasses import dataclass
from typing import Protocol

from bot.app.farewell import Farewell
from bot.app.workspace import Work
from bot.store.models import FullLog, Run, StepRow, Turn
from bot.store.runs import RunStore


class Workspaces(Protocol):
    """The workspaces that this replica serves."""

    async def of(self, row: Turn | Run) -> Work | None:
        """What works on the row; None when its workspace is no longer served, or was not in between."""

    async def at(self, team: str) -> Work | None:
        """What works for the workspace as it is now."""


@dataclass(frozen=True)
class OneWorkspace:
    """The Workspaces of a replica with a bot token of its own: every row is that workspace's."""

    work: Work

    async def of(self, _row: Turn | Run) -> Work | None:
        """See Workspaces."""
        return self.work

    async def at(self, _team: str) -> Work | None:
        """See Workspaces."""
        return self.work


@dataclass(frozen=True)
class Rows:
    """What the workers do with the rows that they claim."""

    workspaces: Workspaces
    farewell: Farewell
    store: RunStore

    async def turn(self, turn: Turn) -> None:
        """Bring the turn to its end."""
        work = await self.workspaces.of(turn)
        await (work.turns.handle(turn) if work else self.farewell.turn(turn))

    async def abandon_turn(self, turn: Turn) -> None:
        """The turn has crashed again and again."""
        work = await self.workspaces.of(turn)
        await (work.turns.abandon(turn) if work else self.farewell.turn(turn))

    async def run(self, run: Run) -> None:
        """Bring the run to its end."""
        work = await self.workspaces.of(run)
        await (work.runs.handle(run) if work else self.farewell.run(run))

    async def abandon_run(self, run: Run) -> None:
        """The run has crashed again and again."""
        work = await self.workspaces.of(run)
        await (work.runs.abandon(run) if work else self.farewell.abandoned(run))

    async def waiting(self, run: Run) -> None:
        """Say where the run stands in the queue."""
        work = await self.workspaces.of(run)
        await (work.waiting.handle(run) if work else self.farewell.run(run))

    async def log(self, log: FullLog) -> None:
        """Show the whole log of a run."""
        work = await self._of_log(log)
        await (work.logs.handle(log) if work else self.farewell.log(log))

    async def abandon_log(self, log: FullLog) -> None:
        """Showing the log has crashed again and again."""
        work = await self._of_log(log)
        await (work.logs.abandon(log) if work else self.farewell.log(log))

    async def step(self, step: StepRow) -> None:
        """Tell Slack how the step of a workflow has ended."""
        work = await self.workspaces.at(step.team)
        await (work.steps.handle(step) if work else self.farewell.step(step))

    async def abandon_step(self, step: StepRow) -> None:
        """The step has crashed again and again."""
        work = await self.workspaces.at(step.team)
        await (work.steps.abandon(step) if work else self.farewell.step(step))

    async def _of_log(self, log: FullLog) -> Work | None:
        run = await self.store.find(log.run_id)
        return await self.workspaces.at(run.team) if run else None
