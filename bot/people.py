"""Who somebody is and what they may, as Slack says: remembered for minutes, user groups for one."""

import asyncio
import time
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

import aiohttp
from slack_sdk.errors import SlackClientError
from slack_sdk.web.async_client import AsyncWebClient

from bot.errors import Refused
from bot.permissions import Actor, Verb, group_ids, require, require_admin, require_approver
from bot.settings import Settings

REMEMBERED_SECONDS = 300.0
MAX_REMEMBERED = 10_000
ENTERPRISE, STRANGER = "E", "unknown"
"""What the ids of enterprises begin with, and what stands for the team of somebody whose team nobody names."""
GROUP_SECONDS = 60.0
ASKING_SECONDS = 2.0
"""A click waits for the answer, and Slack waits 3 seconds for the click's acknowledgement."""
NO_APPROVERS = (
    "Nobody can approve programs for this cluster yet. Whoever runs me names them with RAYGEN_APPROVALS: see "
    "docs/security.md."
)


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
        self._asking: dict[tuple[str, str], asyncio.Task[Actor]] = {}

    async def actor(self, user_id: str, team: str, home_team: str) -> Actor:
        """The actor; `team` is the one that the payload names. Raises Refused when Slack cannot tell."""
        known = self._known.get((user_id, team))
        if known and known.until > self._clock():
            return known.actor
        # One question for all who ask the same at one moment; none of them may cancel it for the others.
        asking = self._asking.get((user_id, team)) or asyncio.create_task(self._looked_up(user_id, team, home_team))
        self._asking[user_id, team] = asking
        asking.add_done_callback(lambda _: self._asking.pop((user_id, team), None))
        actor = await asyncio.shield(asking)
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
            team=_team(user, team, home_team),
            home_team=home_team,
            workspace=team if home_team.startswith(ENTERPRISE) else None,
            is_bot=bool(user.get("is_bot")),
            is_guest=bool(user.get("is_restricted") or user.get("is_ultra_restricted")),
            is_deactivated=bool(user.get("deleted")),
        )


def _team(user: Mapping[str, Any], team: str, home_team: str) -> str:
    """The team of somebody whose payload names `team`: `home_team` for its members, another for everybody else.

    On Enterprise Grid somebody is a member of several workspaces, of which `team_id` names one, and an app that is
    installed for the enterprise (`E…`) is at home in all of them: https://docs.slack.dev/reference/objects/user-object.
    Only what users.info says of the person makes a member of somebody, never the payload.
    """
    grid = user.get("enterprise_user") or {}
    own = str(user.get("team_id") or "")
    if home_team.startswith(ENTERPRISE):
        inside = grid.get("enterprise_id") == home_team and not user.get("is_stranger")
        return home_team if inside else STRANGER
    if team != home_team:
        return team
    return home_team if home_team in (grid.get("teams") or ()) else own or team


class Groups:
    """Who is in a user group, by `usergroups.users.list`; what Slack does not answer is never taken for a yes."""

    def __init__(self, client: AsyncWebClient, clock: Callable[[], float] = time.monotonic) -> None:
        self._client = client
        self._clock = clock
        self._known: dict[tuple[str, str | None], tuple[frozenset[str], float]] = {}

    async def of(self, user_id: str, ids: Iterable[str], workspace: str | None = None) -> frozenset[str]:
        """Those of the groups `ids` that the person is in. Raises Refused when Slack cannot tell.

        With the token of an enterprise, Slack wants to know of which `workspace` the groups are.
        """
        members = await asyncio.gather(*(self._members(group, workspace) for group in sorted(ids)))
        return frozenset(group for group, users in zip(sorted(ids), members, strict=True) if user_id in users)

    async def _members(self, group: str, workspace: str | None) -> frozenset[str]:
        users, until = self._known.get((group, workspace), (frozenset(), 0.0))
        if until > self._clock():
            return users
        users = await self._asked(group, workspace)
        self._known[group, workspace] = users, self._clock() + GROUP_SECONDS
        return users

    async def _asked(self, group: str, workspace: str | None) -> frozenset[str]:
        try:
            async with asyncio.timeout(ASKING_SECONDS):
                answer = await self._client.usergroups_users_list(usergroup=group, team_id=workspace)
        except (SlackClientError, aiohttp.ClientError, TimeoutError) as error:
            sentence = "Slack could not tell me who is in the user group that may do this. Try again in a moment; if "
            raise Refused("unknown_group", f"{sentence}it persists, tell whoever runs me.", (group,)) from error
        return frozenset(map(str, answer.get("users") or ()))


@dataclass(frozen=True)
class Rights:
    """Who may do what, decided anew each time from the payload's own user and team, and the settings."""

    people: People
    groups: Groups
    settings: Settings

    async def require(self, actor: Actor, verb: Verb, channel: str | None) -> None:
        """Raises Refused for who may not do this in the channel; None is no channel, such as the App Home."""
        allowed = None if channel is None else self.settings.allowed_in(channel, verb)
        require(actor, verb, allow_guests=self.settings.allow_guests)
        known = await self._with_groups(actor, allowed or ())
        require(known, verb, allow_guests=self.settings.allow_guests, allowed=allowed)

    async def require_admin(self, actor: Actor) -> None:
        """Raises Refused for who is none of the administrators that the settings name, and when Slack cannot tell."""
        require(actor, "ask", allow_guests=False)
        require_admin(await self._with_groups(actor, self.settings.admins), self.settings.admins)

    async def require_approver(self, actor: Actor, channel: str, cluster: str, requester: str) -> int:
        """How many have to approve a program for the cluster. Raises Refused for who may not be one of them."""
        await self.require(actor, "approve", channel)
        approvers = self.settings.approvers_for(cluster)
        if approvers is None:
            raise Refused("no_approvers", NO_APPROVERS)
        if approvers.by == "another person":
            await self.require(actor, "run", channel)
        require_approver(await self._with_groups(actor, approvers.ids), approvers, requester)
        return approvers.needed

    async def _with_groups(self, actor: Actor, ids: Collection[str]) -> Actor:
        if actor.is_among(ids):
            return actor
        return replace(
            actor, groups=actor.groups | await self.groups.of(actor.user_id, group_ids(ids), actor.workspace)
        )
