"""A workspace that removes Raygen, or takes its token back: `app_uninstalled` and `tokens_revoked`.

Slack sends them in any order, and more than once. They are hints: whether the token is good is asked of Slack.
"""

import logging
from typing import Any, Protocol

logger = logging.getLogger(__name__)


class Departures(Protocol):
    """What happens when a workspace has gone."""

    async def gone(self, event: str) -> None:
        """Slack says so by this event, now or some time ago. Raises RaygenError when it has to be said again."""


class NotedDepartures:
    """The Departures of a replica whose token is a setting: it cannot go on, and somebody has to change the setting."""

    async def gone(self, event: str) -> None:
        """See Departures."""
        logger.error("event=<%s> | the workspace has taken the bot token back: see SLACK_BOT_TOKEN", event)


class Farewells:
    """The handlers of those events."""

    def __init__(self, departures: Departures, bot_user_id: str) -> None:
        self._departures = departures
        self._bot_user_id = bot_user_id

    async def uninstalled(self) -> None:
        """The app has been removed."""
        await self._departures.gone("app_uninstalled")

    async def revoked(self, event: dict[str, Any]) -> None:
        """Tokens have been taken back; those of people are not ours."""
        tokens = event.get("tokens")
        bots = tokens.get("bot") if isinstance(tokens, dict) else None
        if isinstance(bots, list) and self._bot_user_id in bots:
            await self._departures.gone("tokens_revoked")
