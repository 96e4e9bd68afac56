"""trigger_ids: the right to open one view in front of the person who just acted.

https://docs.slack.dev/interactivity/handling-user-interaction#trigger_id: 3 seconds, once.
"""

from dataclasses import dataclass, field

from sandbox.slack.clock import Clock
from sandbox.slack.errors import SlackError
from sandbox.slack.ids import Ids


@dataclass
class Triggers:
    """The triggers that were handed out, and which of them were used."""

    clock: Clock
    ids: Ids
    lifetime: float
    _issued: dict[str, tuple[str, float]] = field(default_factory=dict)
    _used: set[str] = field(default_factory=set)

    def issue(self, user_id: str) -> str:
        """A new trigger_id for something that `user_id` did now."""
        trigger = self.ids.trigger()
        self._issued[trigger] = (user_id, self.clock.now())
        return trigger

    def redeem(self, trigger: str | None) -> str:
        """The person behind the trigger; raises invalid_, exchanged_ or expired_trigger_id."""
        if trigger is None or trigger not in self._issued:
            raise SlackError("invalid_trigger_id")
        if trigger in self._used:
            raise SlackError("exchanged_trigger_id")
        user_id, issued = self._issued[trigger]
        if self.clock.now() - issued >= self.lifetime:
            raise SlackError("expired_trigger_id")
        self._used.add(trigger)
        return user_id
