"""What an administrator does with the app: allow it, and remove it."""

from collections.abc import Sequence

from sandbox.slack.methods.oauth import take_back, tokens_revoked
from sandbox.slack.model import Json
from sandbox.slack.platform import Platform
from sandbox.slack.publishing import publish

UNINSTALLED, REVOKED = "app_uninstalled", "tokens_revoked"


def uninstall(platform: Platform, events: Sequence[str]) -> None:
    """Remove the app: its token ends, and Slack says so by these events, in this order.

    https://docs.slack.dev/reference/events/app_uninstalled: it comes with tokens_revoked, and nobody says which first.
    """
    take_back(platform, "account_inactive")
    bodies: dict[str, Json] = {UNINSTALLED: {"type": UNINSTALLED}, REVOKED: tokens_revoked(platform)}
    for event in events:
        publish(platform, event, bodies[event])
