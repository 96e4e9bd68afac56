"""Who somebody is, from Slack's `users.info`, remembered for a few minutes."""

import time
from collections.abc import Callable
from dataclasses import dataclass

import aiohttp
from slack_sdk.errors import SlackClientError
from slack_sdk.web.async_client import AsyncWebClient

from bot.errors import Refused
from bot.permissions import Actor

REMEMBERED_SECONDS = 300.0
MAX_REMEMBERED = 10_000


@dataclass(frozen=True)
class _Known:
    actor: Actor
    until: float


class People:
    """Looks up the person behind a payload; the payload's own user and team are what counts."""

    def __init__(self, client: AsyncWebClient, clock: Callable[[], float] = time.monotonic) -> None:
        self._client = client
        self._clock = clock
        self._known: dict[tuple[str, str], _Known] = {}

    async def actor(self, user_id: str, team: str, home_team: str) -> Actor:
        """The actor; `team` is the one that the payload names. Raises Refused when Slack cannot tell."""
        known = self._known.get((user_id, team))
        if known and known.until > self._clock():
            return known.actor
        actor = await self._looked_up(user_id, team, home_team)
        if len(self._known) >= MAX_REMEMBERED:
            self._known.clear()
        self._known[user_id, team] = _Known(actor, self._clock() + REMEMBERED_SECONDS)
        return actor

    async def _looked_up(self, user_id: str, team: str, home_team: str) -> Actor:
        try:
            user = (await self._client.users_info(user=user_id))["user"]
        except (SlackClientError, aiohttp.ClientError, TimeoutError) as error:
            raise Refused("unknown_person", "Slack could not tell me who you are. Try again in a moment.") from error
        return Actor(
            user_id=user_id,
            team=str(user.get("team_id") or team) if team == home_team else team,
            home_team=home_team,
            is_bot=bool(user.get("is_bot")),
            is_guest=bool(user.get("is_restricted") or user.get("is_ultra_restricted")),
        )
