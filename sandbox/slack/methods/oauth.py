"""oauth.v2.access, and auth.revoke: how a token comes to an app, and goes.

https://docs.slack.dev/reference/methods/oauth.v2.access
"""

from dataclasses import replace

from sandbox.slack.model import Json
from sandbox.slack.payloads import installation_json
from sandbox.slack.platform import Platform
from sandbox.slack.publishing import publish


def access(platform: Platform, args: Json) -> Json:
    """oauth.v2.access: a workspace that has the app already gets the token that it had."""
    given = {name: args.get(name, "") for name in ("client_id", "client_secret", "code", "redirect_uri")}
    consent = platform.consents.redeem(**given)
    installed = platform.neighbours[consent.team_id]
    if installed.tokens.bot in installed.tokens.revoked:
        installed.tokens = replace(installed.tokens, bot=f"xoxb-sandbox-{platform.ids.secret('bot token')}")
    workspace = installed.workspace
    return {
        "access_token": installed.tokens.bot,
        "token_type": "bot",
        "scope": ",".join(sorted(platform.manifest.scopes)),
        "bot_user_id": workspace.bot.id,
        "app_id": workspace.app_id,
        "team": None if workspace.enterprise_id else {"name": workspace.domain, "id": workspace.team_id},
        "authed_user": {"id": consent.user_id},
        **installation_json(workspace),
    }


def revoke(platform: Platform, args: Json) -> Json:
    """auth.revoke: the caller's token is good for nothing any more."""
    if not args.get("test"):
        take_back(platform, "token_revoked")
        publish(platform, "tokens_revoked", tokens_revoked(platform))
    return {"revoked": not args.get("test")}


def take_back(platform: Platform, error: str) -> None:
    """From now on, answer calls with the bot's token with this error."""
    platform.tokens.revoked[platform.tokens.bot] = error


def tokens_revoked(platform: Platform) -> Json:
    """The event, https://docs.slack.dev/reference/events/tokens_revoked."""
    return {"type": "tokens_revoked", "tokens": {"oauth": [], "bot": [platform.workspace.bot.id]}}
