"""response_urls: five answers in thirty minutes to what a person did.

https://docs.slack.dev/interactivity/handling-user-interaction#message_responses. Slack's answers for a url that is
used up or too old (`used_url`, `expired_url`, with HTTP 404) are known from its users, not from its reference.
"""

from dataclasses import dataclass, field

from sandbox.slack.clock import Clock
from sandbox.slack.errors import SlackError
from sandbox.slack.ids import Ids
from sandbox.slack.model import Message


@dataclass
class ResponseUrl:
    """Where an answer goes: the channel, the person, and the message acted on (None for a command)."""

    channel: str
    user: str
    original: Message | None
    issued: float
    uses: int = 0


@dataclass
class ResponseUrls:
    """The urls that were handed out, by the secret in their path."""

    clock: Clock
    ids: Ids
    lifetime: float
    most_uses: int
    _issued: dict[str, ResponseUrl] = field(default_factory=dict)

    def issue(self, channel: str, user: str, original: Message | None) -> str:
        """The path of a new url, from `/response/` on."""
        secret = self.ids.secret("response_url")
        self._issued[secret] = ResponseUrl(channel, user, original, self.clock.now())
        return f"/response/{secret}"

    def use(self, secret: str) -> ResponseUrl:
        """Count a use; raises used_url or expired_url."""
        found = self._issued.get(secret)
        if found is None or self.clock.now() - found.issued > self.lifetime:
            raise SlackError("expired_url")
        if found.uses >= self.most_uses:
            raise SlackError("used_url")
        found.uses += 1
        return found
