"""Who may do what: pure, asked when a request arrives and again at every click.

`docs/who-may.md` shows it as a table. Nobody has a right by being an administrator or the owner of a channel.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from bot.errors import Refused
from bot.settings import Approvers, Verb

__all__ = ["VERBS", "Actor", "Verb", "group_ids", "require", "require_admin", "require_approver"]

VERBS: dict[Verb, str] = {
    "ask": "ask for code",
    "run": "run code",
    "approve": "approve programs",
    "stop": "stop runs",
}


@dataclass(frozen=True)
class Actor:
    """Somebody in Slack, as the payload and `users.info` tell; `home_team` is the workspace the app is installed in.

    `groups` are the ids of those user groups that were asked about and that have this person. `workspace` is where
    somebody acts for whom the app is installed in a whole enterprise.
    """

    user_id: str
    team: str
    home_team: str
    is_bot: bool = False
    is_guest: bool = False
    is_deactivated: bool = False
    groups: frozenset[str] = frozenset()
    workspace: str | None = None

    def is_among(self, ids: Iterable[str]) -> bool:
        """Whether one of the ids, of people and of user groups, means this person."""
        return not {self.user_id, *self.groups}.isdisjoint(ids)


def require(actor: Actor, verb: Verb, *, allow_guests: bool, allowed: frozenset[str] | None = None) -> None:
    """Do nothing if the actor may. Raises Refused with whom to ask otherwise.

    `allowed` are the people and user groups that the settings name for the place; None: every full member.
    """
    if actor.is_bot:
        raise Refused("bot", "Programs cannot use me: a person has to ask.")
    if actor.team != actor.home_team:
        raise Refused("stranger", f"People from other companies cannot {VERBS[verb]} here. Ask a member of this team.")
    if actor.is_deactivated:
        raise Refused("deactivated", "This account is deactivated, so it cannot use me. Ask a member of this team.")
    if actor.is_guest and (verb == "approve" or not allow_guests):
        raise Refused("guest", f"Guests cannot {VERBS[verb]} here. Ask a full member of this workspace.")
    if allowed is not None and not actor.is_among(allowed):
        raise Refused("not_listed", f"Only some people may {VERBS[verb]} here. Ask one of them.", sorted(allowed))


def require_admin(actor: Actor, admins: Iterable[str]) -> None:
    """Do nothing for one of `admins`, ids of people and user groups. Raises Refused otherwise; a guest is none."""
    require(actor, "ask", allow_guests=False)
    admins = sorted(admins)
    if not actor.is_among(admins):
        named = "Ask one of them." if admins else "Nobody is: whoever runs me names them with RAYGEN_ADMINS."
        raise Refused("no_admin", f"Only my administrators may see this. {named}", admins)


def require_approver(actor: Actor, approvers: Approvers, requester: str) -> None:
    """Do nothing if the actor may decide about a program that `requester` asked for. Raises Refused otherwise.

    Everything that `require` asks of somebody who approves is required besides.
    """
    if actor.user_id == requester:
        raise Refused(
            "own_request", "You asked for this program, so somebody else has to decide about it.", approvers.ids
        )
    if approvers.by != "another person" and not actor.is_among(approvers.ids):
        raise Refused(
            "no_approver", "You cannot decide about programs for this cluster. Ask somebody who can.", approvers.ids
        )


def group_ids(ids: Iterable[str]) -> frozenset[str]:
    """Those of the ids that are user groups'."""
    return frozenset(each for each in ids if each.startswith("S"))
