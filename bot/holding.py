"""Whether this replica may still speak for the row that it works on, by a clock that goes on while it stands still."""

import time
from contextvars import ContextVar
from dataclasses import dataclass

from bot.errors import LeaseLost


@dataclass
class Hold:
    """A row's lease as its holder knows it, over at `until` on `time.monotonic()`: never later than in the database."""

    row_id: str
    until: float


HOLD: ContextVar[Hold | None] = ContextVar("hold", default=None)
"""The row that the running task works on; none for what nobody else could do."""


def require_hold() -> None:
    """Raises LeaseLost when the row may be another replica's by now.

    The database's fence keeps a replica that was frozen from writing rows, but Slack knows no fence: a message that
    such a replica was about to send would come after the end that its heir has said.
    """
    hold = HOLD.get()
    if hold is not None and time.monotonic() >= hold.until:
        raise LeaseLost(hold.row_id)
