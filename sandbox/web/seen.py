"""What of a workspace is new since somebody looked last.

Messages are frozen: one that has changed is another object, so looking for news compares identities and serializes
only what differs.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field

from sandbox.slack.model import Channel, Message

Place = tuple[str, str]
"""A channel's id and a message's ts."""


@dataclass(frozen=True)
class News:
    """Messages that are new or have changed, oldest first, and the places of those that are gone."""

    changed: tuple[Message, ...] = ()
    gone: tuple[Place, ...] = ()

    def __bool__(self) -> bool:
        """Whether there is anything."""
        return bool(self.changed or self.gone)


@dataclass
class Seen:
    """The messages that somebody has seen, as they were."""

    _known: dict[Place, Message] = field(default_factory=dict)

    def look(self, messages: Iterable[Message]) -> News:
        """The difference between `messages`, which are all there are now, and those of the last look."""
        now = {(one.channel, one.ts): one for one in messages}
        changed = tuple(one for place, one in now.items() if self._known.get(place) is not one)
        gone = tuple(place for place in self._known if place not in now)
        self._known = now
        return News(changed, gone)


def messages_of(channels: Iterable[Channel]) -> Iterable[Message]:
    """All messages of some channels."""
    return (message for channel in channels for message in channel.messages.values())
