"""The workers of a replica: each claims the rows of every workspace."""

from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass

from bot.app.process import Process
from bot.app.rows import Rows
from bot.deliveries import Deliveries
from bot.store.models import FullLog, Run, StepRow, Turn
from bot.work import Row, Worker

TURN_CRASHES = 2
"""A generation costs money and executes code: it is repeated once."""
RUN_CRASHES = 4
CARDS_AT_A_TIME = 4
"""How many runs that wait are told their position at a time."""
LOGS_AT_A_TIME = 4
STEPS_AT_A_TIME = 16


@dataclass(frozen=True)
class Workers:
    """Everything that works on rows."""

    turns: Worker[Turn]
    runs: Worker[Run]
    queue: Worker[Run]
    logs: Worker[FullLog]
    steps: Worker[StepRow]

    def __iter__(self) -> "Iterator[Worker[Turn] | Worker[Run] | Worker[FullLog] | Worker[StepRow]]":
        """All of them."""
        return iter((self.turns, self.runs, self.queue, self.logs, self.steps))


def build_workers(process: Process, rows: Rows) -> Workers:
    """The workers, not started yet. Callers of the HTTP API hear of a turn or a run that has been delivered."""
    settings, heard = process.settings, process.deliveries
    turns, runs = settings.concurrent_turns, settings.concurrent_runs
    return Workers(
        turns=_worker(
            process, "turns", process.turns.claim, rows.turn, rows.abandon_turn, turns, TURN_CRASHES, deliveries=heard
        ),
        runs=_worker(process, "runs", process.runs.claim, rows.run, rows.abandon_run, runs, deliveries=heard),
        queue=_worker(process, "queue", process.runs.claim_waiting, rows.waiting, rows.abandon_run, CARDS_AT_A_TIME),
        logs=_worker(process, "logs", process.full_logs.claim, rows.log, rows.abandon_log, LOGS_AT_A_TIME),
        steps=_worker(process, "steps", process.steps.claim, rows.step, rows.abandon_step, STEPS_AT_A_TIME),
    )


def _worker(
    process: Process,
    name: str,
    claim: Callable[[int], Awaitable[list[Row]]],
    handle: Callable[[Row], Awaitable[None]],
    abandon: Callable[[Row], Awaitable[None]],
    limit: int,
    crashes: int = RUN_CRASHES,
    deliveries: Deliveries | None = None,
) -> Worker[Row]:
    return Worker(
        name,
        process.database,
        claim,
        handle,
        abandon,
        limit=limit,
        crashes=crashes,
        metrics=process.metrics,
        deliveries=deliveries,
    )
