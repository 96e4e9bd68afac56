"""reactions.add and reactions.remove, https://docs.slack.dev/reference/methods/reactions.add."""

import re
from dataclasses import replace

from sandbox.slack.errors import SlackError
from sandbox.slack.model import Json, Message
from sandbox.slack.platform import Platform
from sandbox.slack.publishing import publish

NAME = re.compile(r"[a-z0-9_+'-]{1,100}(::skin-tone-[2-6])?")


def add(platform: Platform, args: Json) -> Json:
    """reactions.add: once a name and user."""
    message = _target(platform, args)
    react(platform, message, args["name"], platform.workspace.bot.id)
    return {}


def remove(platform: Platform, args: Json) -> Json:
    """reactions.remove."""
    message = _target(platform, args)
    pair = (args["name"], platform.workspace.bot.id)
    if pair not in message.reactions:
        raise SlackError("no_reaction")
    platform.workspace.put(replace(message, reactions=tuple(one for one in message.reactions if one != pair)))
    _tell(platform, "reaction_removed", message, *pair)
    return {}


def react(platform: Platform, message: Message, name: str, user_id: str) -> None:
    """Add somebody's reaction; raises already_reacted."""
    if (name, user_id) in message.reactions:
        raise SlackError("already_reacted")
    platform.workspace.put(replace(message, reactions=(*message.reactions, (name, user_id))))
    _tell(platform, "reaction_added", message, name, user_id)


def _tell(platform: Platform, kind: str, message: Message, name: str, user_id: str) -> None:
    channel = platform.workspace.channels[message.channel]
    item = {"type": "message", "channel": channel.id, "ts": message.ts}
    event = {"type": kind, "user": user_id, "reaction": name, "item": item, "item_user": message.user}
    if platform.workspace.bot.id in channel.members:
        publish(platform, kind, {**event, "event_ts": platform.ids.ts()}, channel)
    platform.journal.changed()


def _target(platform: Platform, args: Json) -> Message:
    if not (args.get("channel") and args.get("timestamp")):
        raise SlackError("no_item_specified")
    if not NAME.fullmatch(args["name"]):
        raise SlackError("invalid_name")
    channel = platform.workspace.channel_for_api(args["channel"])
    if channel.is_archived:
        raise SlackError("is_archived")
    message = channel.messages.get(args["timestamp"])
    if message is None:
        raise SlackError("message_not_found")
    return message
