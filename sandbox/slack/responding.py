"""Answers over a response_url: new messages, replaced and deleted originals.

https://docs.slack.dev/interactivity/handling-user-interaction#message_responses
"""

from dataclasses import replace

from sandbox.slack.content import read_content
from sandbox.slack.errors import SlackError
from sandbox.slack.model import Json, Message
from sandbox.slack.platform import Platform
from sandbox.slack.posting import bot_message, post, remove, rewrite
from sandbox.slack.response_urls import ResponseUrl

FIELDS = frozenset(
    [
        "text",
        "blocks",
        "attachments",
        "metadata",
        "response_type",
        "replace_original",
        "delete_original",
        "thread_ts",
        "unfurl_links",
        "unfurl_media",
        "mrkdwn",
    ]
)


def respond(platform: Platform, secret: str, body: Json) -> None:
    """Do what `body` asks for; raises `SlackError`."""
    used = platform.response_urls.use(secret)
    unknown = sorted(set(body) - FIELDS)
    if unknown:
        raise SlackError("invalid_arguments", [f"invalid additional property: {name}" for name in unknown])
    answer(platform, used, body)


def answer(platform: Platform, place: ResponseUrl, body: Json) -> None:
    """The same for the payload of a command's acknowledgement."""
    original = _current(platform, place.original)
    if body.get("delete_original"):
        if original is not None:
            remove(platform, original)
        return
    content = read_content(body)
    if body.get("replace_original") and original is not None:
        rewrite(platform, original, content)
        return
    if body.get("response_type", "ephemeral") not in ("ephemeral", "in_channel"):
        raise SlackError("invalid_arguments", ["must be a valid enum value: response_type"])
    channel = platform.workspace.channels[place.channel]
    message = bot_message(platform, channel, content, body.get("thread_ts"))
    visible = body.get("response_type") == "in_channel"
    post(platform, message if visible else replace(message, ephemeral_to=place.user))


def _current(platform: Platform, original: Message | None) -> Message | None:
    if original is None:
        return None
    if original.ephemeral_to is not None:
        return platform.workspace.ephemerals.get(original.ts)
    return platform.workspace.channels[original.channel].messages.get(original.ts)
