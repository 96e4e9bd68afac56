"""A replica, whole: the way in for Slack, the workers behind it, and the way in without Slack."""

from dataclasses import dataclass

from bot.app.process import Process
from bot.app.workers import Workers
from bot.direct import Direct
from bot.listeners.receiving import Receiver
from bot.store.models import FullLog, Run, StepRow, Turn
from bot.store.retention import Keep, Retention
from bot.work import Worker


@dataclass(frozen=True)
class Bot:
    """A replica: what takes Slack's deliveries, and the rest. `name` is the owner of its leases."""

    name: str
    app: Receiver
    turn_worker: Worker[Turn]
    run_worker: Worker[Run]
    queue_worker: Worker[Run]
    log_worker: Worker[FullLog]
    step_worker: Worker[StepRow]
    direct: Direct
    retention: Retention

    @property
    def workers(self) -> "tuple[Worker[Turn] | Worker[Run] | Worker[FullLog] | Worker[StepRow], ...]":
        """Everything that works on rows."""
        return self.turn_worker, self.run_worker, self.queue_worker, self.log_worker, self.step_worker


def bot_of(process: Process, app: Receiver, workers: Workers) -> Bot:
    """The replica of these parts."""
    settings = process.settings
    return Bot(
        process.owner,
        app,
        workers.turns,
        workers.runs,
        workers.queue,
        workers.logs,
        workers.steps,
        Direct(
            process.turns,
            process.runs,
            settings,
            process.redact,
            workers.turns.wake,
            workers.runs.wake,
            process.deliveries,
        ),
        Retention(process.database, Keep(settings.keep_code_days, settings.keep_output_days, settings.keep_audit_days)),
    )
