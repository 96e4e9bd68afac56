"""auth.test, users.*, bots.info, team.info, usergroups.*: who is who.

https://docs.slack.dev/reference/methods/auth.test and its neighbours.
"""

from sandbox.slack.errors import SlackError
from sandbox.slack.methods.paging import page
from sandbox.slack.model import Json, User
from sandbox.slack.payloads import user_json
from sandbox.slack.platform import Platform


def auth_test(platform: Platform, args: Json) -> Json:  # noqa: ARG001  every method has the same shape
    """auth.test."""
    workspace = platform.workspace
    return {
        "url": f"https://{workspace.domain}.slack.com/",
        "team": workspace.domain,
        "user": workspace.bot.name,
        "team_id": workspace.team_id,
        "user_id": workspace.bot.id,
        "bot_id": workspace.bot.bot_id,
        "is_enterprise_install": workspace.enterprise_id is not None,
        **({"enterprise_id": workspace.enterprise_id} if workspace.enterprise_id else {}),
    }


def user_info(platform: Platform, args: Json) -> Json:
    """users.info."""
    user = platform.workspace.users.get(args["user"])
    if user is None:
        raise SlackError("user_not_found")
    return {"user": _user(platform, user)}


def list_users(platform: Platform, args: Json) -> Json:
    """users.list."""
    shown, more = page(list(platform.workspace.users.values()), args)
    return {"members": [_user(platform, one) for one in shown], "cache_ts": int(platform.clock.now()), **more}


def user_by_email(platform: Platform, args: Json) -> Json:
    """users.lookupByEmail."""
    for user in platform.workspace.users.values():
        if user.email == args["email"]:
            return {"user": _user(platform, user)}
    raise SlackError("users_not_found")


def bot_info(platform: Platform, args: Json) -> Json:
    """bots.info: this workspace has one bot."""
    bot = platform.workspace.bot
    if args.get("bot") not in (None, bot.bot_id):
        raise SlackError("bot_not_found")
    body = {
        "id": bot.bot_id,
        "deleted": False,
        "name": bot.name,
        "app_id": platform.workspace.app_id,
        "user_id": bot.id,
    }
    return {"bot": body}


def team_info(platform: Platform, args: Json) -> Json:
    """team.info."""
    workspace = platform.workspace
    if args.get("team") not in (None, workspace.team_id):
        raise SlackError("team_not_found")
    return {"team": {"id": workspace.team_id, "name": workspace.domain, "domain": workspace.domain}}


def list_groups(platform: Platform, args: Json) -> Json:
    """usergroups.list."""
    groups = platform.workspace.groups.items()
    bodies = [
        {"id": key, "handle": handle, "name": handle, "user_count": len(users)} for key, (handle, users) in groups
    ]
    if args.get("include_users"):
        bodies = [{**body, "users": sorted(platform.workspace.groups[str(body["id"])][1])} for body in bodies]
    return {"usergroups": bodies}


def group_users(platform: Platform, args: Json) -> Json:
    """usergroups.users.list."""
    group = platform.workspace.groups.get(args["usergroup"])
    if group is None:
        raise SlackError("no_such_subteam")
    return {"users": sorted(group[1])}


def _user(platform: Platform, user: User) -> Json:
    enterprise = None if user.is_stranger else platform.workspace.enterprise_id
    member = {"id": user.id, "enterprise_id": enterprise, "teams": [user.team_id]}
    body = user_json(user, with_email="users:read.email" in platform.manifest.scopes)
    return body | ({"enterprise_user": member} if enterprise else {})
