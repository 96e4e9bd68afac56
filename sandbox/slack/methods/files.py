"""Uploads in their three steps, files.info, files.delete.

https://docs.slack.dev/messaging/working-with-files#uploading_files: get a url, post the bytes to it, complete. The
message with the file appears later, by itself, and has been seen never to appear (`Timing.share_delay`). What the
upload url answers to a wrong length is not documented; here it is HTTP 400, and completing then says file_not_found.
"""

from collections.abc import Sequence
from dataclasses import replace

from sandbox.slack.blockkit.schema import array, string, table
from sandbox.slack.content import Content, read_content
from sandbox.slack.errors import SlackError
from sandbox.slack.model import Channel, File, Json, Upload
from sandbox.slack.payloads import file_json
from sandbox.slack.platform import Platform
from sandbox.slack.posting import bot_message, check_thread, place_to_post, post

LARGEST_SNIPPET = 1_048_576
LARGEST_FILE = 1_073_741_824
MOST_ALT_TEXT = 1_000
FILE_ENTRY = table({"id": string(20), "title": string(255, 0), "highlight_type": string(10)}, ["id"])
SNIPPET_TYPES = frozenset(
    [
        "auto",
        "text",
        "bash",
        "shell",
        "c",
        "cpp",
        "csharp",
        "css",
        "csv",
        "diff",
        "dockerfile",
        "go",
        "html",
        "ini",
        "java",
        "javascript",
        "json",
        "kotlin",
        "lua",
        "makefile",
        "markdown",
        "perl",
        "php",
        "powershell",
        "puppet",
        "python",
        "r",
        "ruby",
        "rust",
        "scala",
        "sql",
        "swift",
        "typescript",
        "xml",
        "yaml",
    ]
)
"""A part of Slack's list, which the reference at hand does not give."""


def get_upload_url(platform: Platform, args: Json) -> Json:
    """files.getUploadURLExternal."""
    length, snippet_type = args["length"], args.get("snippet_type")
    if length < 1 or not args["filename"]:
        raise SlackError("missing_argument")
    if snippet_type and snippet_type not in SNIPPET_TYPES:
        raise SlackError("unknown_snippet_type")
    if length > LARGEST_FILE:
        raise SlackError("file_upload_size_restricted")
    if snippet_type and length > LARGEST_SNIPPET:
        raise SlackError("snippet_too_large")
    if len(args.get("alt_txt") or "") > MOST_ALT_TEXT:
        raise SlackError("alt_txt_too_large")
    file_id, ticket = platform.ids.new("F"), platform.ids.secret("upload")
    platform.workspace.uploads[ticket] = Upload(file_id, args["filename"], length, snippet_type)
    return {"file_id": file_id, "upload_url": f"{platform.base_url}/upload/v1/{ticket}"}


def take_bytes(platform: Platform, ticket: str, content: bytes) -> None:
    """The second step; raises file_not_found for an unknown ticket, file_update_failed for another length."""
    upload = platform.workspace.uploads.get(ticket)
    if upload is None:
        raise SlackError("file_not_found")
    if len(content) != upload.length:
        raise SlackError("file_update_failed")
    platform.workspace.uploads[ticket] = replace(upload, content=content)


def complete_upload(platform: Platform, args: Json) -> Json:
    """files.completeUploadExternal: answers at once, shares in the background."""
    faults: list[str] = []
    array(FILE_ENTRY, 10)(args["files"], "/files", faults)
    if faults:
        raise SlackError("invalid_arguments", faults)
    channels = _channels(platform, args)
    content = _comment(args)
    files = [_completed(platform, entry) for entry in args["files"]]
    for channel in channels:
        platform.spawn(_share(platform, channel, [one.id for one in files], content, args.get("thread_ts")))
    return {"files": [file_json(platform.workspace, one) for one in files]}


def file_info(platform: Platform, args: Json) -> Json:
    """files.info."""
    file = _existing(platform, args["file"])
    return {"file": file_json(platform.workspace, file), "comments": []}


def delete_file(platform: Platform, args: Json) -> Json:
    """files.delete: own files only."""
    file = _existing(platform, args["file"])
    if file.user != platform.workspace.bot.id:
        raise SlackError("cant_delete_file")
    del platform.workspace.files[file.id]
    platform.journal.changed()
    return {}


async def _share(
    platform: Platform, channel: Channel, file_ids: Sequence[str], content: Content, thread_ts: str | None
) -> None:
    if platform.timing.share_delay is None:
        return
    await platform.clock.sleep(platform.timing.share_delay)
    message = bot_message(platform, channel, content, thread_ts)
    shared = [
        platform.workspace.share(platform.workspace.files[one], channel.id, message.ts)
        for one in file_ids
        if one in platform.workspace.files
    ]
    post(platform, replace(message, files=tuple(shared), subtype="file_share"))


def _channels(platform: Platform, args: Json) -> list[Channel]:
    given = [args["channel_id"]] if args.get("channel_id") else (args.get("channels") or "").split(",")
    channels = [place_to_post(platform, one) for one in given if one]
    for channel in channels:
        check_thread(channel, args.get("thread_ts"))
    return channels


def _comment(args: Json) -> Content:
    """`initial_comment`, or else `blocks`, which Slack ignores beside it."""
    if args.get("initial_comment"):
        return read_content({"text": args["initial_comment"]})
    return read_content({"blocks": args["blocks"]}) if args.get("blocks") else Content("")


def _completed(platform: Platform, entry: Json) -> File:
    uploads = platform.workspace.uploads
    ticket = next((key for key, one in uploads.items() if one.file_id == entry["id"]), None)
    upload = uploads[ticket] if ticket else None
    if ticket is None or upload is None or upload.content is None:
        raise SlackError("file_not_found")
    del uploads[ticket]
    file = File(
        id=upload.file_id,
        name=upload.filename,
        title=entry.get("title") or upload.filename,
        content=upload.content,
        user=platform.workspace.bot.id,
        created=int(platform.clock.now()),
        snippet_type=upload.snippet_type,
    )
    platform.workspace.files[file.id] = file
    return file


def _existing(platform: Platform, file_id: str) -> File:
    file = platform.workspace.files.get(file_id)
    if file is None:
        raise SlackError("file_not_found")
    return file
