"""The part of Slack's Web API that says who people are: as `AsyncWebClient` spells it, from a table in memory."""

from slack_sdk.errors import SlackApiError


class SlackPeople:
    """`users` are the user objects by id, `groups` the members of each user group."""

    def __init__(self, users: dict[str, dict[str, object]], groups: dict[str, list[str]]) -> None:
        self.users = users
        self.groups = groups
        self.asked: list[str] = []
        self.workspaces: list[str | None] = []

    async def users_info(self, *, user: str) -> dict[str, object]:
        """users.info."""
        return {"ok": True, "user": {"id": user, **self.users[user]}}

    async def usergroups_users_list(self, *, usergroup: str, team_id: str | None = None) -> dict[str, object]:
        """usergroups.users.list."""
        self.asked.append(usergroup)
        self.workspaces.append(team_id)
        if usergroup not in self.groups:
            raise SlackApiError("no_such_subteam", {"ok": False, "error": "no_such_subteam"})
        return {"ok": True, "users": self.groups[usergroup]}
