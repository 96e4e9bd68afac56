"""chat.startStream, chat.appendStream, chat.stopStream.

https://docs.slack.dev/reference/methods/chat.startStream and slack_sdk.models.messages.chunk. From what others
measured, not from the reference: `markdown_text` and `chunks` exclude each other
(cannot_provide_both_markdown_text_and_chunks) and cannot be mixed over one stream (streaming_mode_mismatch); a stream
dies about 300 s after it starts; tasks and text together are refused with msg_too_long from about 10,600 bytes of
UTF-8. Not checked: `is_stoppable`. A guess: details and output of a task that is updated are joined.
"""

from dataclasses import replace
from typing import Any

from sandbox.slack.blockkit.blocks import SOURCE, TASK_STATUS
from sandbox.slack.blockkit.parts import TYPE
from sandbox.slack.blockkit.schema import anything, array, string, table, tagged
from sandbox.slack.blockkit.surfaces import MOST_BLOCKS, check_message_blocks
from sandbox.slack.content import Content, read_metadata
from sandbox.slack.errors import SlackError
from sandbox.slack.methods.sessions import check_status, set_session
from sandbox.slack.model import Channel, Json, Message
from sandbox.slack.payloads import message_json
from sandbox.slack.platform import Platform
from sandbox.slack.posting import bot_message, change, check_thread, place_to_post, post, with_block_ids
from sandbox.slack.streaming import Stream, composed, with_chunk, with_text

MOST_TEXT = 12_000
MOST_WEIGHT = 10_600
MOST_CHUNKS = 1_000
CHUNK = tagged(
    {
        "markdown_text": table({"type": TYPE, "text": string(MOST_TEXT)}, ["text"]),
        "plan_update": table({"type": TYPE, "title": string(MOST_TEXT)}, ["title"]),
        "blocks": table({"type": TYPE, "blocks": anything}, ["blocks"]),
        "task_update": table(
            {
                "type": TYPE,
                "id": string(255),
                "title": string(MOST_TEXT),
                "status": TASK_STATUS,
                "details": string(MOST_TEXT, 0),
                "output": string(MOST_TEXT, 0),
                "sources": array(SOURCE, 100, 0),
            },
            ["id", "title", "status"],
        ),
    }
)


def start_stream(platform: Platform, args: Json) -> Json:
    """chat.startStream: in channels the recipient has to be named."""
    channel = place_to_post(platform, args["channel"])
    check_thread(channel, args.get("thread_ts"))
    _check_recipient(platform, channel, args)
    display = args.get("task_display_mode", "timeline")
    if display not in ("timeline", "plan"):
        raise SlackError("invalid_arguments", ["must be a valid enum value: task_display_mode"])
    stream = _grown(Stream(platform.clock.now(), display=display), args)
    message = bot_message(platform, channel, _content(stream), args.get("thread_ts"))
    platform.streams[message.ts] = stream
    post(platform, replace(message, streaming=True))
    return {"channel": channel.id, "ts": message.ts}


def append_stream(platform: Platform, args: Json) -> Json:
    """chat.appendStream: needs text or chunks."""
    message = _open_stream(platform, args)
    if not (args.get("markdown_text") or args.get("chunks")):
        raise SlackError("no_text")
    stream = _grown(platform.streams[message.ts], args)
    platform.streams[message.ts] = stream
    change(platform, message, _redrawn(platform, message, stream))
    return {"channel": message.channel, "ts": message.ts}


def stop_stream(platform: Platform, args: Json) -> Json:
    """chat.stopStream: the last text or chunks, blocks at the bottom, metadata, and the session's new status."""
    message = _open_stream(platform, args)
    check_status(args.get("session_status", "active"))
    stream = _grown(platform.streams[message.ts], args)
    last, metadata = args.get("blocks") or [], read_metadata(args.get("metadata"))
    check_message_blocks(last)
    after = _redrawn(platform, message, stream)
    blocks = (*after.blocks, *with_block_ids(platform, last))
    if len(blocks) > MOST_BLOCKS:
        raise SlackError("msg_blocks_too_many")
    after = replace(after, blocks=blocks, metadata=metadata or message.metadata, streaming=False)
    del platform.streams[message.ts]
    change(platform, message, after)
    if "session_status" in args:
        set_session(platform, message.channel, message.root, args["session_status"])
    return {"channel": message.channel, "ts": message.ts, "message": message_json(platform.workspace, after)}


def _check_recipient(platform: Platform, channel: Channel, args: Json) -> None:
    user_id, team_id = args.get("recipient_user_id"), args.get("recipient_team_id")
    if channel.kind != "im" and not team_id:
        raise SlackError("missing_recipient_team_id")
    if channel.kind != "im" and not user_id:
        raise SlackError("missing_recipient_user_id")
    user = platform.workspace.users.get(user_id) if user_id else None
    if user_id and (user is None or (team_id and team_id != user.team_id)):
        raise SlackError("user_not_found")


def _open_stream(platform: Platform, args: Json) -> Message:
    """The streaming message; the stream that is too old is closed as it stands, and the message stays."""
    channel = platform.workspace.channel_for_api(args["channel"])
    message = channel.messages.get(args["ts"])
    if message is None:
        raise SlackError("message_not_found")
    if message.user != platform.workspace.bot.id:
        raise SlackError("message_not_owned_by_app")
    stream = platform.streams.get(message.ts)
    if stream is not None and platform.clock.now() - stream.started >= platform.timing.stream:
        del platform.streams[message.ts]
        change(platform, message, replace(message, streaming=False))
        stream = None
    if stream is None:
        raise SlackError("message_not_in_streaming_state")
    return message


def _grown(stream: Stream, args: Json) -> Stream:
    markdown, chunks = args.get("markdown_text"), args.get("chunks")
    if markdown and chunks:
        raise SlackError("cannot_provide_both_markdown_text_and_chunks")
    mode = "text" if markdown else "chunks" if chunks else stream.mode
    if stream.mode not in (None, mode):
        raise SlackError("streaming_mode_mismatch")
    stream = replace(stream, mode=mode)
    if markdown and len(markdown) > MOST_TEXT:
        raise SlackError("msg_too_long")
    stream = with_text(stream, markdown or "")
    for chunk in _checked(chunks or []):
        stream = with_chunk(stream, chunk)
    _check_size(stream)
    return stream


def _checked(chunks: Any) -> list[Json]:
    faults: list[str] = []
    array(CHUNK, MOST_CHUNKS, 0)(chunks, "/chunks", faults)
    if faults:
        raise SlackError("invalid_chunks", faults)
    for chunk in chunks:
        if chunk["type"] == "blocks":
            check_message_blocks(chunk["blocks"])
    return list(chunks)


def _check_size(stream: Stream) -> None:
    too_heavy = stream.tasks and stream.text and stream.weight > MOST_WEIGHT
    if len(stream.text) > MOST_TEXT or too_heavy:
        raise SlackError("msg_too_long")
    if len(composed(stream)) > MOST_BLOCKS:
        raise SlackError("msg_blocks_too_many")


def _content(stream: Stream) -> Content:
    return Content(stream.text, composed(stream))


def _redrawn(platform: Platform, message: Message, stream: Stream) -> Message:
    return replace(message, text=stream.text, blocks=with_block_ids(platform, composed(stream)))
