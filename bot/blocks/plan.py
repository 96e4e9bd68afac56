"""How far the agents are with a request, as a plan whose tasks are checked off. Pure functions.

It is a block of one message, which is changed as the work goes on: docs/decisions/0006-one-card-that-changes.md.
"""

from dataclasses import dataclass, replace
from typing import Literal

from agents.wire import Drafting, Heartbeat, Progress, Repairing, Validating, Waiting, Writing
from bot.blocks import names
from bot.blocks import text as t

CODE_CHARACTERS = 2_800
NAME_CHARACTERS = 150
DETAIL_CHARACTERS = 500
ORDINALS = {1: "1st", 2: "2nd", 3: "3rd"}
ASK = "Ask the agent"
REPAIR = "Repair it with the traceback"

Status = Literal["pending", "in_progress", "complete", "error"]
"""Slack's words: https://docs.slack.dev/reference/block-kit/blocks/task-card-block"""


@dataclass(frozen=True)
class Task:
    """A task of the plan; `detail` is what it failed with."""

    title: str
    status: Status
    detail: str = ""


@dataclass(frozen=True)
class Steps:
    """How far the agents are: the tasks that are over, the one at work, and the one after it if it is known.

    `draft` is the end of the program as far as it is written, `waits` why nothing happens just now.
    """

    cluster: str
    done: tuple[Task, ...] = ()
    now: str = ASK
    then: str = ""
    seconds: float = 0.0
    draft: str = ""
    waits: str = ""

    def after(self, event: Progress) -> "Steps":
        """The steps once `event` is known."""
        match event:
            case Heartbeat(seconds=seconds):
                return replace(self, seconds=seconds)
            case Waiting(seconds=seconds, model=model):
                told = f"{t.clip(model, NAME_CHARACTERS)} is turning requests away ({seconds:.0f} s so far)"
                return replace(self, waits=told)
            case Drafting(lines=lines, tail=tail):
                return replace(self, draft=f"{tail}\n… ({lines} lines so far)", waits="")
            case _:
                return replace(self._at(event), draft="", waits="")

    @property
    def tasks(self) -> tuple[Task, ...]:
        """All of them, in their order."""
        return (
            *self.done,
            Task(self.now, "in_progress"),
            *((Task(self.then, "pending"),) if self.then else ()),
        )

    def _at(self, event: Progress) -> "Steps":
        validate = f"Run it on {t.clip(self.cluster, NAME_CHARACTERS)} to validate it"
        match event:
            case Writing(attempt=attempt):
                now = "Write the code" if attempt == 1 else f"Rewrite the code, {ordinal(attempt)} attempt"
                return replace(self, now=now, then=validate)
            case Validating(attempt=attempt, attempts=attempts):
                written = () if self.now in {ASK, REPAIR} else (Task(self.now, "complete"),)
                now = f"{validate}, attempt {attempt} of {attempts}" if attempt > 1 else validate
                return replace(self, done=(*self.done, *written), now=now, then="")
            case Repairing(error=error):
                failed = Task(self.now, "error", t.clip(error, DETAIL_CHARACTERS))
                return replace(self, done=(*self.done, failed), now=REPAIR, then=validate)
            case _:
                return self


def progress(steps: Steps, turn_id: str) -> t.Message:
    """The card while the agents are at work, with the code as it is written and a way to stop."""
    waited = f" ({steps.seconds:.0f} s)" if steps.seconds >= 1 else ""
    blocks = (
        t.plan(f"Working on it{waited}", (_card(*each) for each in enumerate(steps.tasks, 1))),
        *((t.preformatted(steps.draft, CODE_CHARACTERS),) if steps.draft else ()),
        *((t.context(f"Waiting: {t.escape(steps.waits)}."),) if steps.waits else ()),
        t.actions(names.LIVE_TURN, t.button("Stop", names.STOP_TURN, turn_id)),
    )
    return t.Message(text="Working on it…", blocks=blocks)


def _card(number: int, task: Task) -> t.Block:
    return t.task_card(f"task-{number}", task.title, task.status, task.detail)


def ordinal(number: int) -> str:
    """`1st`, `2nd`."""
    return ORDINALS.get(number, f"{number}th")
