"""The words of the command line for what somebody does in Slack; nothing is imported for them."""

from dataclasses import dataclass
from typing import Literal, get_args

Way = Literal["command", "mention", "message", "form", "explain", "job"]
WAYS: tuple[Way, ...] = get_args(Way)
"""`message` is a direct one, `form` the global shortcut's, `explain` and `job` are those of a colleague's message."""
WITH_FILES: tuple[Way, ...] = ("mention", "message")
"""Slack attaches files to messages alone."""
Person = Literal["analyst", "engineer", "approver", "guest"]
PEOPLE: tuple[Person, ...] = get_args(Person)
While = Literal["writing", "running"]
WHILES: tuple[While, ...] = get_args(While)
"""When Stop is pressed: while the code is written and validated, or while it runs."""
Decision = Literal["approve", "decline"]
DECISIONS: tuple[Decision, ...] = get_args(Decision)


@dataclass(frozen=True)
class Wishes:
    """What else is done: `run` presses Run, `stop` presses Stop, `decision` is the approver's.

    A `crowd` of requests comes before; with `take_back` the attached files are deleted as soon as they are sent.
    """

    run: bool = False
    stop: While | None = None
    decision: Decision | None = None
    crowd: int = 0
    take_back: bool = False
