"""What can go wrong, for the program on one side and for the person on the other.

SlackError                 an answer `{"ok": false, "error": ...}` of the Web API
SandboxError               a person's act that Slack's client would not have let happen
├── NotVisible             no such channel, message, button or view in front of this person
├── NotPermitted           the person may not do that here
└── WaitTimeoutError       `wait_until` ended before its predicate held
"""

from collections.abc import Iterable
from typing import Any


class SlackError(Exception):
    """A refusal of the Web API.

    `code` becomes `error`; `messages` become `response_metadata.messages`, each with Slack's "[ERROR] " in front, and
    `errors` without it, as Slack does for blocks; `extra` is merged into the answer (for example `needed`).
    """

    def __init__(self, code: str, messages: Iterable[str] = (), **extra: Any) -> None:
        self.code = code
        self.messages = tuple(messages)
        self.extra = extra
        super().__init__(": ".join((code, *self.messages)))

    def answer(self) -> dict[str, Any]:
        """The body of the answer."""
        body: dict[str, Any] = {"ok": False, "error": self.code, **self.extra}
        if self.messages:
            body["errors"] = list(self.messages)
            body["response_metadata"] = {"messages": [f"[ERROR] {message}" for message in self.messages]}
        return body


class SandboxError(Exception):
    """The base of what a person's act can end in; the text is a sentence for a developer."""


class NotVisible(SandboxError):
    """There is nothing like that in front of this person."""


class NotPermitted(SandboxError):
    """Slack's client would not let this person do that."""


class WaitTimeoutError(SandboxError):
    """`wait_until` ended before its predicate held."""
