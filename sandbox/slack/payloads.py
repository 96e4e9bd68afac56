"""Values as Slack spells them in JSON: messages, files, users, channels, views. Pure."""

from typing import Any
from urllib.parse import quote

from sandbox.slack.model import Channel, File, Json, Message, User, View
from sandbox.slack.workspace import Workspace

MIMETYPES = {"png": "image/png", "jpg": "image/jpeg", "gif": "image/gif", "csv": "text/csv", "json": "application/json"}
CHANNEL_TYPES = {"channel": "channel", "group": "group", "im": "im"}


def message_json(workspace: Workspace, message: Message, *, with_metadata: bool = True) -> Json:
    """A message as conversations.replies, events and interactions carry it."""
    body: Json = {"type": "message", "user": message.user, "ts": message.ts, "text": message.text}
    optional: dict[str, Any] = {
        "subtype": message.subtype,
        "bot_id": message.bot_id,
        "app_id": workspace.app_id if message.bot_id else None,
        "username": message.username,
        "blocks": list(message.blocks),
        "attachments": list(message.attachments),
        "files": [_file_or_tombstone(workspace, file) for file in message.files],
        "edited": {"user": message.user, "ts": message.edited} if message.edited else None,
        "metadata": message.metadata if with_metadata else None,
        "reactions": _reactions(message),
        "streaming_state": "in_progress" if message.streaming else None,
    }
    body |= {name: value for name, value in optional.items() if value}
    return body | _team_fields(workspace, message.user) | _thread_fields(workspace, message)


def _thread_fields(workspace: Workspace, message: Message) -> Json:
    channel = workspace.channels.get(message.channel)
    if channel is None or message.ephemeral_to is not None:
        return {"thread_ts": message.thread_ts} if message.thread_ts else {}
    if message.thread_ts is not None:
        root = channel.messages.get(message.thread_ts)
        return {"thread_ts": message.thread_ts, **({"parent_user_id": root.user} if root else {})}
    replies = [one for one in channel.thread(message.ts) if one.ts != message.ts]
    if not replies:
        return {}
    users = list(dict.fromkeys(one.user for one in replies))
    counts = {"reply_count": len(replies), "reply_users_count": len(users), "latest_reply": replies[-1].ts}
    return {"thread_ts": message.ts, "reply_users": users, **counts}


def _reactions(message: Message) -> list[Json]:
    names = dict.fromkeys(name for name, _ in message.reactions)
    users = {name: [user for one, user in message.reactions if one == name] for name in names}
    return [{"name": name, "users": users[name], "count": len(users[name])} for name in names]


def _team_fields(workspace: Workspace, user_id: str) -> Json:
    user = workspace.users.get(user_id)
    if user is None or user.team_id == workspace.team_id:
        return {"team": workspace.team_id}
    return {"team": user.team_id, "user_team": user.team_id, "source_team": user.team_id}


def _file_or_tombstone(workspace: Workspace, file: File) -> Json:
    """A file in a message; of one that has been deleted since, Slack leaves its id."""
    return file_json(workspace, file) if file.id in workspace.files else {"id": file.id, "mode": "tombstone"}


def file_json(workspace: Workspace, file: File) -> Json:
    """A file object, https://docs.slack.dev/reference/objects/file-object."""
    place, name = f"{workspace.files_url}/{workspace.team_id}-{file.id}", quote(file.name, safe="")
    extension = file.name.rpartition(".")[2].lower() if "." in file.name else ""
    shares: dict[str, dict[str, list[Json]]] = {}
    for channel_id, ts in file.shares:
        kind = "public" if workspace.channels[channel_id].kind == "channel" else "private"
        shares.setdefault(kind, {}).setdefault(channel_id, []).append({"ts": ts})
    snippet = {"mode": "snippet", "editable": True, "preview": file.text[:500], "lines": file.text.count("\n") + 1}
    return {
        "id": file.id,
        "created": file.created,
        "timestamp": file.created,
        "name": file.name,
        "title": file.title,
        "mimetype": "text/plain" if file.snippet_type else MIMETYPES.get(extension, "application/octet-stream"),
        "filetype": file.snippet_type or extension or "binary",
        "user": file.user,
        "user_team": workspace.team_id,
        "size": len(file.content),
        "is_external": False,
        "url_private": f"{place}/{name}",
        "url_private_download": f"{place}/download/{name}",
        "shares": shares,
        "channels": [channel_id for channel_id, _ in file.shares],
        **(snippet if file.snippet_type else {"mode": "hosted", "editable": False}),
    }


def installation_json(workspace: Workspace) -> Json:
    """What interactions say of the installation: https://docs.slack.dev/enterprise."""
    enterprise = {"id": workspace.enterprise_id, "name": "enterprise"} if workspace.enterprise_id else None
    return {"enterprise": enterprise, "is_enterprise_install": enterprise is not None}


def user_json(user: User, *, with_email: bool) -> Json:
    """A user object, https://docs.slack.dev/reference/objects/user-object; the email needs users:read.email."""
    profile = {
        "display_name": user.name,
        "real_name": user.name,
        "email": user.email if with_email else None,
        "team": user.team_id,
    }
    return {
        "id": user.id,
        "team_id": user.team_id,
        "name": user.name,
        "real_name": user.name,
        "deleted": False,
        "is_bot": user.is_bot,
        "is_restricted": user.is_restricted,
        "is_ultra_restricted": False,
        "is_stranger": user.is_stranger,
        "tz": "Etc/UTC",
        "profile": {name: value for name, value in profile.items() if value is not None},
    }


def channel_json(channel: Channel, bot: User) -> Json:
    """A conversation object, https://docs.slack.dev/reference/objects/conversation-object."""
    body: Json = {
        "id": channel.id,
        "is_channel": channel.kind == "channel",
        "is_group": channel.kind == "group",
        "is_im": channel.kind == "im",
        "is_mpim": False,
        "is_private": channel.kind != "channel",
        "is_archived": channel.is_archived,
        "is_member": bot.id in channel.members,
        "is_shared": channel.is_shared,
        "is_ext_shared": channel.is_shared,
        "is_org_shared": False,
    }
    if channel.kind == "im":
        return body | {"user": next(iter(channel.members - {bot.id}), bot.id)}
    return body | {"name": channel.name, "name_normalized": channel.name}


def view_json(workspace: Workspace, view: View) -> Json:
    """A view object as views.* answer it and interactions carry it."""
    return {
        **view.definition,
        "id": view.id,
        "team_id": workspace.team_id,
        "state": {"values": {}},
        "hash": view.hash,
        "private_metadata": view.definition.get("private_metadata", ""),
        "callback_id": view.definition.get("callback_id", ""),
        "external_id": view.definition.get("external_id", ""),
        "root_view_id": view.root_id,
        "previous_view_id": view.previous_id,
        "app_id": workspace.app_id,
        "bot_id": workspace.bot.bot_id,
    }
