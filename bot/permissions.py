"""Who may do what: pure, asked when a request arrives and again at every click."""

from dataclasses import dataclass
from typing import Literal

from bot.errors import Refused

Verb = Literal["ask", "run", "stop"]
VERBS = {"ask": "ask for code", "run": "run code", "stop": "stop runs"}


@dataclass(frozen=True)
class Actor:
    """Somebody in Slack, as the payload and `users.info` tell; `home_team` is the workspace the app is installed in."""

    user_id: str
    team: str
    home_team: str
    is_bot: bool = False
    is_guest: bool = False


def require(actor: Actor, verb: Verb, *, allow_guests: bool) -> None:
    """Do nothing if the actor may. Raises Refused with whom to ask otherwise."""
    if actor.is_bot:
        raise Refused("bot", "Programs cannot use me: a person has to ask.")
    if actor.team != actor.home_team:
        raise Refused("stranger", f"People from other companies cannot {VERBS[verb]} here. Ask a member of this team.")
    if actor.is_guest and not allow_guests:
        raise Refused("guest", f"Guests cannot {VERBS[verb]} here. Ask a full member of this workspace.")
