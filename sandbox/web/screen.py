"""What one person sees of the workspace, as the page gets it. Pure."""

from collections import defaultdict
from collections.abc import Iterable, Sequence

from sandbox.slack.methods.views import home_of, stack
from sandbox.slack.model import Channel, File, Json, Message, User
from sandbox.slack.payloads import file_json, view_json
from sandbox.slack.platform import Platform

NEWEST = 200
"""How many messages of a channel the page gets at once; it asks for older ones."""
PREVIEW_LINES = 40
PREVIEW_CHARACTERS = 6_000
PICTURES = {
    "png": "image/png",
    "jpg": "image/jpeg",
    "jpeg": "image/jpeg",
    "gif": "image/gif",
    "webp": "image/webp",
    "svg": "image/svg+xml",
}


def frame(platform: Platform, viewer: User) -> Json:
    """Everything but messages: people, channels, modals, the App Home, sessions."""
    workspace = platform.workspace
    channels = seen_channels(platform, viewer)
    own = {one.id for one in channels}
    home = home_of(platform, viewer.id)
    return {
        "viewer": viewer.id,
        "bot": workspace.bot.id,
        "users": [_user(one) for one in workspace.users.values()],
        "channels": [_channel(one) for one in channels],
        "groups": {key: handle for key, (handle, _) in workspace.groups.items()},
        "statuses": [[*place, words] for place, words in platform.statuses.items() if words and place[0] in own],
        "prompts": {key: prompts for key, prompts in platform.prompts.items() if key in own},
        "sessions": [_session(platform, key) for key in workspace.sessions if key[0] in own],
        "modals": [view_json(workspace, one) for one in stack(platform, viewer.id)],
        "home": view_json(workspace, home) if home else None,
        "app": _app(platform),
        "online": platform.sockets.count > 0,
    }


def seen_channels(platform: Platform, viewer: User) -> list[Channel]:
    """The channels that somebody is in."""
    return [one for one in platform.workspace.channels.values() if viewer.id in one.members]


def seen_messages(platform: Platform, viewer: User) -> Iterable[Message]:
    """Every message that somebody sees, those for them alone included."""
    for channel in seen_channels(platform, viewer):
        yield from channel.messages.values()
    yield from (one for one in platform.workspace.ephemerals.values() if one.ephemeral_to == viewer.id)


def newest(channel: Channel, before: str | None = None) -> tuple[list[Message], bool]:
    """The newest messages of a channel (older than `before`) with the roots of their threads; whether there are more.

    Timestamps have one form, so they compare as text.
    """
    older = [one for one in channel.messages.values() if before is None or one.ts < before]
    page = older[-NEWEST:]
    there = {one.ts for one in page}
    roots = {one.root for one in page} - there
    return [*(channel.messages[ts] for ts in sorted(roots) if ts in channel.messages), *page], len(older) > len(page)


def with_roots(platform: Platform, messages: Sequence[Message]) -> list[Message]:
    """The messages, and the roots of those that are replies: a root shows how many replies it has."""
    places = {(one.channel, one.ts) for one in messages}
    channels = platform.workspace.channels
    roots = {(one.channel, one.thread_ts) for one in messages if one.thread_ts} - places
    found = [channels[channel].messages.get(str(ts)) for channel, ts in roots]
    return [*(one for one in found if one is not None), *messages]


def messages_json(platform: Platform, messages: Sequence[Message]) -> list[Json]:
    """Messages as the page draws them."""
    threads = _threads(platform, messages)
    return [_message(platform, one, threads.get((one.channel, one.ts), [])) for one in messages]


def picture_type(name: str) -> str | None:
    """The media type under which a file is shown as a picture; None for every other file."""
    return PICTURES.get(name.rpartition(".")[2].lower())


def _threads(platform: Platform, messages: Sequence[Message]) -> dict[tuple[str, str], list[Message]]:
    """The replies to each of `messages` that may have some, from one pass over each channel."""
    found: dict[tuple[str, str], list[Message]] = defaultdict(list)
    for channel_id in {one.channel for one in messages if one.thread_ts is None and one.ephemeral_to is None}:
        for reply in platform.workspace.channels[channel_id].messages.values():
            if reply.thread_ts is not None:
                found[channel_id, reply.thread_ts].append(reply)
    return found


def _message(platform: Platform, message: Message, replies: Sequence[Message]) -> Json:
    names = dict.fromkeys(name for name, _ in message.reactions)
    return {
        "ts": message.ts,
        "channel": message.channel,
        "user": message.user,
        "username": message.username,
        "text": message.text,
        "thread": message.thread_ts,
        "blocks": list(message.blocks),
        "attachments": list(message.attachments),
        "files": [_file(platform, one) for one in message.files if one.id in platform.workspace.files],
        "edited": message.edited is not None and message.bot_id is None,
        "ephemeral": message.ephemeral_to is not None,
        "streaming": message.streaming,
        "tombstone": message.subtype == "tombstone",
        "broadcast": message.broadcast,
        "reactions": [{"name": name, "users": [u for n, u in message.reactions if n == name]} for name in names],
        "replies": len(replies),
        "repliers": list(dict.fromkeys(one.user for one in replies))[:5],
        "latest": replies[-1].ts if replies else None,
    }


def _file(platform: Platform, file: File) -> Json:
    """A file with, if it is a snippet, its first lines."""
    body = file_json(platform.workspace, file)
    seen = {key: body[key] for key in ("id", "name", "title", "size", "filetype")}
    if picture_type(file.name) and not file.snippet_type:
        return seen | {"kind": "picture"}
    if not file.snippet_type:
        return seen | {"kind": "file"}
    lines = file.text.removesuffix("\n").split("\n")
    preview = "\n".join(lines[:PREVIEW_LINES])[:PREVIEW_CHARACTERS]
    return seen | {"kind": "snippet", "lines": len(lines), "preview": preview}


def _user(user: User) -> Json:
    return {
        "id": user.id,
        "name": user.name,
        "bot": user.is_bot,
        "guest": user.is_restricted,
        "stranger": user.is_stranger,
    }


def _channel(channel: Channel) -> Json:
    return {
        "id": channel.id,
        "name": channel.name,
        "kind": channel.kind,
        "shared": channel.is_shared,
        "archived": channel.is_archived,
        "members": sorted(channel.members),
    }


def _session(platform: Platform, place: tuple[str, str]) -> Json:
    session = platform.workspace.sessions[place]
    stoppable = session.status == "processing" and "agent_session_stopped" in platform.manifest.events
    return {
        "channel": session.channel,
        "thread": session.thread_ts,
        "status": session.status,
        "title": session.title,
        "stoppable": stoppable,
    }


def _app(platform: Platform) -> Json:
    manifest = platform.manifest
    return {
        "name": manifest.bot_name,
        "description": manifest.description,
        "agent": manifest.is_agent,
        "home": manifest.has_home,
        "messages": manifest.has_messages_tab,
        "commands": [
            {"name": one.name, "hint": one.hint, "description": one.description} for one in manifest.commands.values()
        ],
        "shortcuts": [
            {"id": one.callback_id, "kind": one.kind, "name": one.name or one.callback_id}
            for one in manifest.shortcuts.values()
        ],
    }
