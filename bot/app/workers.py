"""The workers of a replica: each claims the rows of every workspace."""

from collections.abc import Iterator
from dataclasses import dataclass

from bot.app.process import Process
from bot.app.rows import Rows
from bot.store.models import FullLog, Run, StepRow, Turn
from bot.work import Worker

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
    """The workers, not started yet."""
    settings, database, metrics = process.settings, process.database, process.metrics
    return Workers(
        turns=Worker(
            "turns",
            database,
            process.turns.claim,
            rows.turn,
            rows.abandon_turn,
            limit=settings.concurrent_turns,
            crashes=TURN_CRASHES,
            metrics=metrics,
            deliveries=process.deliveries,
        ),
        runs=Worker(
            "runs",
            database,
            process.runs.claim,
            rows.run,
            rows.abandon_run,
            limit=settings.concurrent_runs,
            crashes=RUN_CRASHES,
            metrics=metrics,
            deliveries=process.deliveries,
        ),
        queue=Worker(
            "queue",
            database,
            process.runs.claim_waiting,
            rows.waiting,
            rows.abandon_run,
            limit=CARDS_AT_A_TIME,
            crashes=RUN_CRASHES,
            metrics=metrics,
        ),
        logs=Worker(
            "logs",
            database,
            process.full_logs.claim,
            rows.log,
            rows.abandon_log,
            limit=LOGS_AT_A_TIME,
            crashes=RUN_CRASHES,
            metrics=metrics,
        ),
        steps=Worker(
            "steps",
            database,
            process.steps.claim,
            rows.step,
            rows.abandon_step,
            limit=STEPS_AT_A_TIME,
            crashes=RUN_CRASHES,
            metrics=metrics,
        ),
    )
