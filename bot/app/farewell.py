"""Rows of a workspace that has removed Raygen: ended in the store and on the cluster, and said to nobody."""

import logging
from dataclasses import dataclass

from agents.wire import JobReport, WireError
from bot.errors import SupervisorFailed
from bot.runs import Runs
from bot.store.audit import OURSELVES
from bot.store.full_logs import FullLogStore
from bot.store.models import RUN_OPEN, TURN_OPEN, FullLog, Run, StepRow, Turn
from bot.store.runs import RunStore
from bot.store.steps import StepStore
from bot.store.turns import TurnStore

logger = logging.getLogger(__name__)

REMOVED = "Raygen was removed from this workspace before the answer was there."
UNDELIVERABLE = "undeliverable"
"""What the audit log says instead of `delivered`."""


@dataclass(frozen=True)
class Farewell:
    """Ends rows; `work` follows a run without Slack."""

    turns: TurnStore
    runs: RunStore
    full_logs: FullLogStore
    work: Runs
    steps: StepStore

    async def turn(self, turn: Turn) -> None:
        """End the turn. What it had executed for its validation has its own deadline on the cluster."""
        logger.info("turn=<%s>, team=<%s> | its workspace is gone", turn.id, turn.team)
        if turn.state in TURN_OPEN:
            await self.turns.fail(turn, "workspace_removed", REMOVED)
        await self.turns.deliver(turn, UNDELIVERABLE)

    async def run(self, run: Run) -> None:
        """Stop the run on the cluster and end it. Raises what makes another try worth while."""
        logger.info("run=<%s>, team=<%s> | its workspace is gone", run.id, run.team)
        version = await self.work.turns.version(run.version_id)
        if run.state in RUN_OPEN and version is not None:
            await self.runs.ask_to_stop(run.id, OURSELVES)
            await self.work.follow_to_the_end(run, version)
        await self.runs.deliver(run, UNDELIVERABLE)

    async def abandoned(self, run: Run) -> None:
        """The same for a run that crashes this program again and again: the cluster is told, and not waited for."""
        try:
            await self.work.stop(run)
        except SupervisorFailed as failure:
            logger.warning("run=<%s>, code=<%s> | could not stop the job", run.id, failure.code)
        if run.state in RUN_OPEN:
            error = WireError(code="workspace_removed", message=REMOVED)
            await self.runs.advance(run, JobReport(status="lost", error=error, log_offset=run.log_offset))
        await self.runs.deliver(run, UNDELIVERABLE)

    async def log(self, log: FullLog) -> None:
        """Nobody is left who wants to see it."""
        await self.full_logs.end(log, "missing")

    async def step(self, step: StepRow) -> None:
        """No workflow of that workspace waits for it any more."""
        await self.steps.end(step, "undeliverable")
