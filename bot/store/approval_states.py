"""The states of an approval, and what takes one to another: pure.

    pending ──approve──▶ approved ──use──▶ used        one run, and no other
       │  ╲                 │  ╲──time──▶ expired      half an hour after the first approval that counts
       │   ╲──decline──◀────┤                          declined: nobody asks again for this program
       ╰───────void─────◀───╯                          the thread's code has changed since, or it is cancelled

An approval belongs to one program on one cluster; after `used`, `expired` and `void` the program may ask again, and
gets a new one. Each function returns what the approval becomes, or raises Refused or Stale with a sentence for a
person. `now` is the database's clock, in seconds since the epoch.
"""

from dataclasses import dataclass, replace
from typing import Literal

from agents.wire import APPROVAL_SECONDS
from bot.errors import RaygenError, Refused, Stale

State = Literal["pending", "approved", "used", "expired", "declined", "void"]
ENDS: frozenset[State] = frozenset({"used", "expired", "declined", "void"})
ASKS_AGAIN: frozenset[State] = frozenset({"used", "expired", "void"})

NOT_OPEN: dict[State, str] = {
    "approved": "This is approved already: press Run on its card.",
    "used": "This approval has been used for a run. Press Ask for approval on the card for another one.",
    "expired": "This approval ran out after 30 minutes. Press Ask for approval on the card for another one.",
    "declined": "This program was declined, so it is not run. Change it with a reply, or press Regenerate.",
    "void": "The code has changed since, or was cancelled: look at the newest version. Ask for approval on this card "
    "asks for this one.",
}
WAITS = "Nobody has approved this program yet, so it is not run. Its card says whom it waits for."


@dataclass(frozen=True)
class Vote:
    """Who approved, and when."""

    user_id: str
    at: float


@dataclass(frozen=True)
class Approval:
    """One time that a program asked for approval: the `number`th. `requester` asked for the program."""

    version_id: str
    number: int
    sha256: str
    cluster: str
    requester: str
    state: State = "pending"
    votes: tuple[Vote, ...] = ()
    expires_at: float | None = None
    run_id: str | None = None
    ended_by: str | None = None

    @property
    def id(self) -> str:
        """What a button says of it."""
        return approval_id(self.version_id, self.number)

    @property
    def approvers(self) -> tuple[str, ...]:
        """Whose approval counts."""
        return tuple(vote.user_id for vote in self.votes)


def approval_id(version_id: str, number: int) -> str:
    """The id of the `number`th approval of a program."""
    return f"{version_id}.{number}"


def at(approval: Approval, now: float) -> Approval:
    """What time has made of it."""
    votes = tuple(vote for vote in approval.votes if now < vote.at + APPROVAL_SECONDS)
    if approval.state == "pending":
        return replace(approval, votes=votes)
    if approval.state == "approved" and now >= (approval.expires_at or 0.0):
        return replace(approval, state="expired")
    return approval


def approve(approval: Approval, user_id: str, needed: int, now: float) -> Approval:
    """With one more of `needed` approvals. They all last until the first of them is half an hour old."""
    current = at(approval, now)
    _require_open(current, "pending")
    _require_another(current, user_id)
    if user_id in current.approvers:
        raise Stale("approved_before", "You have approved this already: another person has to as well.")
    votes = (*current.votes, Vote(user_id, now))
    if len(votes) < needed:
        return replace(current, votes=votes)
    return replace(current, votes=votes, state="approved", expires_at=votes[0].at + APPROVAL_SECONDS)


def decline(approval: Approval, user_id: str, now: float) -> Approval:
    """Declined, also after it was approved, as long as it has not been used."""
    current = at(approval, now)
    _require_open(current, "pending", "approved")
    _require_another(current, user_id)
    return replace(current, state="declined", ended_by=user_id)


def use(approval: Approval, run_id: str, sha256: str, cluster: str, now: float) -> Approval:
    """Used for the run. It holds for exactly this program on this cluster."""
    current = at(approval, now)
    if current.state != "approved":
        raise not_approved(current)
    if (current.sha256, current.cluster) != (sha256, cluster):
        raise Stale("approval_void", NOT_OPEN["void"])
    return replace(current, state="used", run_id=run_id)


def void(approval: Approval, now: float, by: str | None = None) -> Approval:
    """Void, since the code has changed or `by` has cancelled it; one that has ended stays as it ended."""
    current = at(approval, now)
    return current if current.state in ENDS else replace(current, state="void", ended_by=by)


def not_approved(approval: Approval) -> RaygenError:
    """Why the program is not run now."""
    if approval.state == "pending":
        return Refused("needs_approval", WAITS)
    return Stale(f"approval_{approval.state}", NOT_OPEN[approval.state])


def _require_open(approval: Approval, *states: State) -> None:
    if approval.state not in states:
        raise Stale(f"approval_{approval.state}", NOT_OPEN[approval.state])


def _require_another(approval: Approval, user_id: str) -> None:
    if user_id == approval.requester:
        raise Refused("own_request", "You asked for this program, so somebody else has to decide about it.")
