"""conversations.*: reading channels and threads.

https://docs.slack.dev/reference/methods/conversations.replies; metadata comes only with include_all_metadata.
"""

from collections.abc import Sequence

from sandbox.slack.errors import SlackError
from sandbox.slack.methods.paging import page
from sandbox.slack.model import Channel, Json, Message
from sandbox.slack.payloads import channel_json, message_json
from sandbox.slack.platform import Platform
from sandbox.slack.publishing import publish
from sandbox.slack.tokens import check_scopes

MOST_MESSAGES = 999
HISTORY = {"channel": "channels:history", "group": "groups:history", "im": "im:history"}
READ = {"channel": "channels:read", "group": "groups:read", "im": "im:read"}


def replies(platform: Platform, args: Json) -> Json:
    """conversations.replies: the root, then the replies, oldest first; a reply's own ts finds that reply alone."""
    channel = _readable(platform, args["channel"])
    named = channel.messages.get(args["ts"])
    if named is None:
        raise SlackError("thread_not_found")
    thread = [named] if named.thread_ts else channel.thread(named.ts)
    root, rest = thread[:1], _between(thread[1:], args)
    return _messages(platform, root + rest, args)


def history(platform: Platform, args: Json) -> Json:
    """conversations.history: what stands in the channel itself, newest first."""
    channel = _readable(platform, args["channel"])
    roots = [one for one in channel.messages.values() if one.thread_ts is None or one.broadcast]
    return _messages(platform, _between(roots, args)[::-1], args)


def info(platform: Platform, args: Json) -> Json:
    """conversations.info: public channels also where the bot is not in."""
    channel = platform.workspace.channel_for_api(args["channel"])
    check_scopes([READ[channel.kind]], platform.manifest.scopes)
    body = channel_json(channel, platform.workspace.bot)
    if args.get("include_num_members"):
        body["num_members"] = len(channel.members)
    return {"channel": body}


def list_channels(platform: Platform, args: Json) -> Json:
    """conversations.list: of the types asked for, public ones unless told."""
    kinds = {"public_channel": "channel", "private_channel": "group", "im": "im"}
    wanted = {kinds.get(one.strip()) for one in args.get("types", "public_channel").split(",")}
    bot = platform.workspace.bot
    found = [
        channel_json(channel, bot)
        for channel in platform.workspace.channels.values()
        if channel.kind in wanted and (channel.kind == "channel" or bot.id in channel.members)
    ]
    shown, more = page(found, args)
    return {"channels": shown, **more}


def members(platform: Platform, args: Json) -> Json:
    """conversations.members."""
    channel = platform.workspace.channel_for_api(args["channel"])
    check_scopes([READ[channel.kind]], platform.manifest.scopes)
    shown, more = page(sorted(channel.members), args)
    return {"members": shown, **more}


def open_direct(platform: Platform, args: Json) -> Json:
    """conversations.open: a DM with one person; group DMs are not part of this workspace."""
    users = [one for one in (args.get("users") or "").split(",") if one]
    if not users and not args.get("channel"):
        raise SlackError("users_list_not_supplied")
    if len(users) > 1:
        raise SlackError("method_not_supported_for_channel_type")
    if users and users[0] not in platform.workspace.users:
        raise SlackError("user_not_found")
    check_scopes(["im:write"], platform.manifest.scopes)
    channel = platform.workspace.channel_for_api(users[0] if users else args["channel"])
    body = channel_json(channel, platform.workspace.bot) if args.get("return_im") else {"id": channel.id}
    return {"channel": body}


def join(platform: Platform, args: Json) -> Json:
    """conversations.join: public channels only."""
    channel = platform.workspace.channel_for_api(args["channel"])
    if channel.kind != "channel":
        raise SlackError("method_not_supported_for_channel_type")
    if channel.is_archived:
        raise SlackError("is_archived")
    add_member(platform, channel, platform.workspace.bot.id)
    return {"channel": channel_json(channel, platform.workspace.bot)}


def add_member(platform: Platform, channel: Channel, user_id: str) -> None:
    """Put somebody into a channel; the app hears of it if it is (now) in there."""
    if user_id in channel.members:
        return
    channel.members.add(user_id)
    platform.journal.changed()
    if platform.workspace.bot.id in channel.members:
        team = platform.workspace.users[user_id].team_id
        kind = "C" if channel.kind == "channel" else "G"
        event = {"type": "member_joined_channel", "user": user_id, "channel": channel.id, "channel_type": kind}
        publish(platform, event["type"], {**event, "team": team, "event_ts": platform.ids.ts()}, channel)


def _readable(platform: Platform, given: str) -> Channel:
    channel = platform.workspace.channel_for_api(given)
    check_scopes([HISTORY[channel.kind]], platform.manifest.scopes)
    if platform.workspace.bot.id not in channel.members:
        raise SlackError("not_in_channel")
    return channel


def _between(messages: Sequence[Message], args: Json) -> list[Message]:
    oldest, latest = _bound(args, "oldest", 0.0), _bound(args, "latest", float("inf"))
    inclusive = bool(args.get("inclusive"))
    kept = [one for one in messages if oldest < float(one.ts) < latest]
    edges = [one for one in messages if float(one.ts) in (oldest, latest)] if inclusive else []
    return sorted(kept + edges, key=lambda one: one.ts)


def _bound(args: Json, name: str, default: float) -> float:
    try:
        return float(args.get(name) or default)
    except ValueError:
        raise SlackError(f"invalid_ts_{name}") from None


def _messages(platform: Platform, messages: Sequence[Message], args: Json) -> Json:
    shown, more = page(messages, args, most=MOST_MESSAGES)
    everything = bool(args.get("include_all_metadata"))
    bodies = [message_json(platform.workspace, one, with_metadata=everything) for one in shown]
    return {"messages": bodies, "has_more": bool(more), **more}
