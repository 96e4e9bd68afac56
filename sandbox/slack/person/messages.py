"""What a person does with messages: writes, edits, deletes, reacts."""

from collections.abc import Sequence
from dataclasses import replace

from sandbox.slack.errors import NotPermitted, NotVisible, SlackError
from sandbox.slack.methods.reactions import react
from sandbox.slack.model import Channel, File, Message, User
from sandbox.slack.person.typed import as_blocks, as_text
from sandbox.slack.platform import Platform
from sandbox.slack.posting import change, post, remove, with_block_ids

Attachment = tuple[str, bytes]
"""The name and the content of a file that a person attaches."""


def say(
    platform: Platform, user: User, channel: Channel, text: str, thread_ts: str | None, files: Sequence[Attachment]
) -> Message:
    """Post what a person typed."""
    must_be_in(user, channel)
    if channel.is_archived:
        raise NotPermitted(f"#{channel.name} is archived.")
    if thread_ts is not None:
        visible(platform, user, channel, thread_ts)
    message = Message(
        ts=platform.ids.ts(),
        channel=channel.id,
        user=user.id,
        text=as_text(platform.workspace, text),
        thread_ts=thread_ts,
        blocks=with_block_ids(platform, as_blocks(platform.workspace, text)),
    )
    shared = tuple(_attached(platform, user, channel, message.ts, one) for one in files)
    return post(platform, replace(message, files=shared, subtype="file_share" if shared else None))


def edit(platform: Platform, user: User, channel: Channel, ts: str, text: str) -> Message:
    """Change the text of one's own message."""
    before = _own(platform, user, channel, ts)
    blocks = with_block_ids(platform, as_blocks(platform.workspace, text))
    after = replace(before, text=as_text(platform.workspace, text), blocks=blocks, edited=platform.ids.ts())
    return change(platform, before, after)


def delete(platform: Platform, user: User, channel: Channel, ts: str) -> None:
    """Delete one's own message."""
    remove(platform, _own(platform, user, channel, ts))


def delete_file(platform: Platform, user: User, file_id: str) -> None:
    """Delete one's own file; the messages that hold it stay."""
    file = platform.workspace.files.get(file_id)
    if file is None or file.user != user.id:
        raise NotPermitted(f"{user.name} has no file {file_id}.")
    del platform.workspace.files[file_id]
    platform.journal.changed()


def add_reaction(platform: Platform, user: User, channel: Channel, ts: str, name: str) -> None:
    """React to a message."""
    try:
        react(platform, visible(platform, user, channel, ts), name, user.id)
    except SlackError as refusal:
        raise NotPermitted(f"{user.name} has reacted with :{name}: already.") from refusal


def visible(platform: Platform, user: User, channel: Channel, ts: str) -> Message:
    """The message `ts`, ephemeral ones included, as `user` sees it; raises `NotVisible`."""
    must_be_in(user, channel)
    ephemeral = platform.workspace.ephemerals.get(ts)
    if ephemeral is not None and ephemeral.ephemeral_to == user.id and ephemeral.channel == channel.id:
        return ephemeral
    if ts not in channel.messages:
        raise NotVisible(f"{user.name} sees no message {ts} in {channel.name}.")
    return channel.messages[ts]


def must_be_in(user: User, channel: Channel) -> None:
    """Raise `NotPermitted` for somebody outside the channel."""
    if user.id not in channel.members:
        raise NotPermitted(f"{user.name} is not in {channel.name}.")


def _own(platform: Platform, user: User, channel: Channel, ts: str) -> Message:
    message = visible(platform, user, channel, ts)
    if message.user != user.id:
        raise NotPermitted(f"The message {ts} is not {user.name}'s own.")
    return message


def _attached(platform: Platform, user: User, channel: Channel, ts: str, attachment: Attachment) -> File:
    name, content = attachment
    file = File(platform.ids.new("F"), name, name, content, user.id, int(platform.clock.now()))
    return platform.workspace.share(file, channel.id, ts)
