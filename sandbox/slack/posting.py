"""Putting messages into channels, for every door that leads there: methods, response_urls, uploads, people."""

import copy
from collections.abc import Iterable
from dataclasses import replace

from sandbox.slack.blockkit.surfaces import walk
from sandbox.slack.content import Content
from sandbox.slack.errors import SlackError
from sandbox.slack.model import Channel, Json, Message
from sandbox.slack.platform import Platform
from sandbox.slack.publishing import publish_change, publish_deletion, publish_message

TOMBSTONE = "This message was deleted."


def place_to_post(platform: Platform, given: str) -> Channel:
    """The channel, if the bot may post there; raises channel_not_found, is_archived or not_in_channel."""
    channel = platform.workspace.channel_for_api(given)
    if channel.is_archived:
        raise SlackError("is_archived")
    public = channel.kind == "channel" and "chat:write.public" in platform.manifest.scopes
    if platform.workspace.bot.id not in channel.members and not public:
        raise SlackError("not_in_channel")
    return channel


def check_thread(channel: Channel, thread_ts: str | None) -> None:
    """Raise thread_not_found or cannot_reply_to_message unless `thread_ts` is a message that can open a thread.

    Slack takes a reply's ts and makes a mess of it ("Avoid using a reply's ts value"); here that is an error.
    """
    if thread_ts is None:
        return
    root = channel.messages.get(thread_ts)
    if root is None:
        raise SlackError("thread_not_found")
    if root.thread_ts is not None:
        raise SlackError("cannot_reply_to_message")


def own_message(platform: Platform, channel: Channel, ts: str, refusal: str) -> Message:
    """The bot's message `ts`; raises message_not_found, or `refusal` for somebody else's."""
    message = channel.messages.get(ts)
    if message is None or message.subtype == "tombstone":
        raise SlackError("message_not_found")
    if message.user != platform.workspace.bot.id:
        raise SlackError(refusal)
    return message


def check_slack_files(platform: Platform, blocks: Iterable[Json]) -> None:
    """Raise invalid_blocks for an image whose slack_file is not (or not yet, or no longer) there."""
    faults = [
        f"invalid slack file [json-pointer:/blocks/{index}/slack_file]"
        for index, block in enumerate(blocks)
        if _slack_file(block) not in ("", *platform.workspace.files)
    ]
    if faults:
        raise SlackError("invalid_blocks", faults)


def _slack_file(block: Json) -> str:
    file = block.get("slack_file")
    return str(file.get("id", "")) if isinstance(file, dict) else ""


def with_block_ids(platform: Platform, blocks: Iterable[Json]) -> tuple[Json, ...]:
    """A copy in which every block has an id, as Slack gives one to those without; checks the files in them."""
    blocks = list(blocks)
    check_slack_files(platform, blocks)
    copied = copy.deepcopy(blocks)
    for block in walk(copied):
        block.setdefault("block_id", platform.ids.secret("block")[:5])
    return tuple(copied)


def bot_message(platform: Platform, channel: Channel, content: Content, thread_ts: str | None = None) -> Message:
    """A message of the app, not posted yet."""
    return Message(
        ts=platform.ids.ts(),
        channel=channel.id,
        user=platform.workspace.bot.id,
        text=content.text,
        thread_ts=thread_ts,
        blocks=with_block_ids(platform, content.blocks),
        attachments=content.attachments,
        metadata=content.metadata or None,
        bot_id=platform.workspace.bot.bot_id,
    )


def post(platform: Platform, message: Message) -> Message:
    """Put a new message where it belongs and tell the app about it."""
    platform.workspace.put(message)
    if message.ephemeral_to is None:
        publish_message(platform, message)
    platform.journal.changed()
    return message


def change(platform: Platform, before: Message, after: Message) -> Message:
    """Put `after` in the place of `before`."""
    platform.workspace.put(after)
    if after.ephemeral_to is None:
        publish_change(platform, before, after)
    platform.journal.changed()
    return after


def rewrite(platform: Platform, before: Message, content: Content) -> Message:
    """Give a message new content; metadata stays unless it is given, files stay."""
    metadata = before.metadata if content.metadata is None else content.metadata or None
    after = replace(
        before,
        text=content.text,
        blocks=with_block_ids(platform, content.blocks),
        attachments=content.attachments,
        metadata=metadata,
        edited=platform.ids.ts(),
    )
    return change(platform, before, after)


def remove(platform: Platform, message: Message) -> None:
    """Delete a message; one with replies leaves a tombstone."""
    workspace = platform.workspace
    if message.ephemeral_to is not None:
        workspace.ephemerals.pop(message.ts, None)
        return platform.journal.changed()
    channel = workspace.channels[message.channel]
    if message.thread_ts is None and len(channel.thread(message.ts)) > 1:
        tombstone = Message(message.ts, message.channel, message.user, TOMBSTONE, subtype="tombstone")
        workspace.put(tombstone)
    else:
        del channel.messages[message.ts]
    publish_deletion(platform, message)
    return platform.journal.changed()
