"""chat.postMessage, chat.postEphemeral, chat.update, chat.delete, chat.getPermalink.

https://docs.slack.dev/reference/methods/chat.postMessage and its neighbours.
"""

from dataclasses import replace

from sandbox.slack.content import MOST_UPDATED, Content, read_content
from sandbox.slack.errors import SlackError
from sandbox.slack.model import Json, Message
from sandbox.slack.payloads import message_json
from sandbox.slack.platform import Platform
from sandbox.slack.posting import (
    bot_message,
    check_thread,
    own_message,
    place_to_post,
    post,
    remove,
    rewrite,
)

CUSTOMIZING = ("username", "icon_emoji", "icon_url")


def post_message(platform: Platform, args: Json) -> Json:
    """chat.postMessage: text over 40,000 characters is cut, as Slack does."""
    _check_customizing(platform, args)
    channel = place_to_post(platform, args["channel"])
    check_thread(channel, args.get("thread_ts"))
    content = read_content(args, truncate=True)
    message = bot_message(platform, channel, content, args.get("thread_ts"))
    message = replace(message, username=args.get("username"), broadcast=bool(args.get("reply_broadcast")))
    post(platform, message)
    return _posted(platform, message, content)


def post_ephemeral(platform: Platform, args: Json) -> Json:
    """chat.postEphemeral: seen by one person, never to be found again."""
    channel = place_to_post(platform, args["channel"])
    if args["user"] not in channel.members:
        raise SlackError("user_not_in_channel")
    check_thread(channel, args.get("thread_ts"))
    content = read_content(args)
    message = bot_message(platform, channel, content, args.get("thread_ts"))
    post(platform, replace(message, ephemeral_to=args["user"]))
    return {"message_ts": message.ts}


def update(platform: Platform, args: Json) -> Json:
    """chat.update: own messages only, text up to 4,000 characters, not while it streams.

    Text without blocks takes the old blocks away; attachments that are not given stay.
    """
    channel = platform.workspace.channel_for_api(args["channel"])
    if channel.is_archived:
        raise SlackError("is_inactive")
    before = own_message(platform, channel, args["ts"], "cant_update_message")
    if before.streaming:
        raise SlackError("streaming_state_conflict")
    content = _new_content(before, args)
    after = rewrite(platform, before, content)
    return _posted(platform, after, content) | {"text": after.text}


def delete(platform: Platform, args: Json) -> Json:
    """chat.delete: own messages only."""
    channel = platform.workspace.channel_for_api(args["channel"])
    message = own_message(platform, channel, args["ts"], "cant_delete_message")
    remove(platform, message)
    return {"channel": channel.id, "ts": message.ts}


def get_permalink(platform: Platform, args: Json) -> Json:
    """chat.getPermalink."""
    channel = platform.workspace.channel_for_api(args["channel"])
    message = channel.messages.get(args["message_ts"])
    if message is None:
        raise SlackError("message_not_found")
    link = f"https://{platform.workspace.domain}.slack.com/archives/{channel.id}/p{message.ts.replace('.', '')}"
    query = f"?thread_ts={message.thread_ts}&cid={channel.id}" if message.thread_ts else ""
    return {"channel": channel.id, "permalink": link + query}


def _new_content(before: Message, args: Json) -> Content:
    given = {"attachments": list(before.attachments), **args}
    if not any(args.get(name) is not None for name in ("text", "blocks", "attachments", "markdown_text")):
        given |= {"text": before.text, "blocks": list(before.blocks)}
    return read_content(given, most=MOST_UPDATED)


def _check_customizing(platform: Platform, args: Json) -> None:
    """Slack ignores a borrowed name without the scope; here it is refused, so that it is noticed."""
    scopes = platform.manifest.scopes
    if any(args.get(name) for name in CUSTOMIZING) and "chat:write.customize" not in scopes:
        raise SlackError("missing_scope", needed="chat:write.customize", provided=",".join(sorted(scopes)))


def _posted(platform: Platform, message: Message, content: Content) -> Json:
    answer: Json = {
        "channel": message.channel,
        "ts": message.ts,
        "message": message_json(platform.workspace, message),
    }
    if content.warnings:
        answer |= {
            "warning": ",".join(content.warnings),
            "response_metadata": {"warnings": list(content.warnings)},
        }
    return answer
