"""Who is calling: the app's tokens, their kinds, and the scopes that they carry.

https://docs.slack.dev/authentication/tokens: `xoxb-` for the Web API, `xapp-` for apps.connections.open only, `xwfp-`
(a workflow's token, which Bolt uses in the listeners of a step) for whatever a bot may call.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Literal

from sandbox.slack.errors import SlackError
from sandbox.slack.reference import MethodReference

TokenKind = Literal["bot", "app", "workflow"]


@dataclass(frozen=True)
class Tokens:
    """The tokens of the app in one workspace; `revoked` are those that it had, with what is answered to them."""

    bot: str
    app: str
    signing_secret: str
    workflow: set[str] = field(default_factory=set)
    revoked: dict[str, str] = field(default_factory=dict)

    def knows(self, token: str | None) -> bool:
        """Whether the token is, or was, this workspace's own."""
        return token is not None and (token == self.bot or token in self.workflow or token in self.revoked)

    def kind_of(self, token: str | None) -> TokenKind:
        """The kind of a presented token; raises not_authed without one, invalid_auth for one that nobody issued.

        One that was taken back is refused with the word for that.
        """
        if not token:
            raise SlackError("not_authed")
        if token in self.revoked:
            raise SlackError(self.revoked[token])
        if token == self.bot:
            return "bot"
        if token == self.app:
            return "app"
        if token in self.workflow:
            return "workflow"
        raise SlackError("invalid_auth")


def check_token(method: MethodReference, kind: TokenKind) -> None:
    """Raise not_allowed_token_type when this kind of token cannot call `method`."""
    if (kind == "app") != method.app_token:
        raise SlackError("not_allowed_token_type")


def check_scopes(needed: Iterable[str], provided: Iterable[str]) -> None:
    """Raise missing_scope unless one of `needed` is provided; with nothing needed everything passes.

    The reference lists alternatives (channels:history or groups:history); which of them fits the channel at hand is
    checked where the channel is known.
    """
    wanted, held = list(needed), set(provided)
    if wanted and not held.intersection(wanted):
        raise SlackError("missing_scope", needed=",".join(wanted), provided=",".join(sorted(held)))
