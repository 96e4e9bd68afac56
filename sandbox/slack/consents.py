"""OAuth, Slack's end: who has consented to the app, and the codes that stand for it until they are redeemed.

https://docs.slack.dev/authentication/installing-with-oauth: a code is good for ten minutes and for once.
"""

from dataclasses import dataclass, field
from urllib.parse import urlencode

from sandbox.slack.clock import Clock
from sandbox.slack.errors import SlackError
from sandbox.slack.ids import Ids

CODE_SECONDS = 600


@dataclass(frozen=True)
class Consent:
    """What somebody has consented to: the workspace, and where the code was sent."""

    team_id: str
    user_id: str
    redirect_uri: str
    at: float


@dataclass
class Consents:
    """The app's credentials, and the codes that nobody has redeemed yet."""

    clock: Clock
    ids: Ids
    client_id: str
    client_secret: str
    _codes: dict[str, Consent] = field(default_factory=dict)

    def give(self, team_id: str, user_id: str, redirect_uri: str, state: str) -> str:
        """Somebody presses Allow: the address that their browser is sent to."""
        code = self.ids.secret("code")
        self._codes[code] = Consent(team_id, user_id, redirect_uri, self.clock.now())
        return f"{redirect_uri}?{urlencode({'code': code, 'state': state})}"

    def redeem(self, client_id: str, client_secret: str, code: str, redirect_uri: str) -> Consent:
        """What the code stands for; raises `SlackError` with the reference's words."""
        if client_id != self.client_id:
            raise SlackError("invalid_client_id")
        if client_secret != self.client_secret:
            raise SlackError("bad_client_secret")
        consent = self._codes.get(code)
        if consent is None or self.clock.now() - consent.at > CODE_SECONDS:
            raise SlackError("invalid_code")
        if redirect_uri != consent.redirect_uri:
            raise SlackError("bad_redirect_uri")
        return self._codes.pop(code)
