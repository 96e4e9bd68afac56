"""From what a person types to what Slack hands to apps. Pure.

https://docs.slack.dev/messaging/formatting-message-text#escaping: `&`, `<` and `>` are escaped, @names become <@U…>,
#channels <#C…|name>, addresses <https://…>.
"""

import re

from sandbox.slack.model import Json
from sandbox.slack.workspace import Workspace

FENCE = re.compile(r"```\n?(.*?)\n?```", re.DOTALL)
TOKEN = re.compile(
    r"(?P<url>https?://[^\s<>]+[^\s<>.,;:!?)\]}'\"])|(?<!\w)@(?P<user>[\w.-]*\w)|(?<!\w)#(?P<channel>[\w-]*\w)"
)

STYLED = re.compile(
    r"`(?P<code>[^`\n]+)`"
    r"|(?<![\w*])\*(?P<bold>[^\s*](?:[^*\n]*[^\s*])?)\*(?![\w*])"
    r"|(?<!\w)_(?P<italic>[^\s_](?:[^_\n]*[^\s_])?)_(?!\w)"
    r"|(?<![\w~])~(?P<strike>[^\s~](?:[^~\n]*[^\s~])?)~(?![\w~])"
)
"""What Slack's client turns into a style while one types; it stays in the `text` as it was typed."""


def escaped(text: str) -> str:
    """With the three characters that Slack escapes."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def as_text(workspace: Workspace, typed: str) -> str:
    """The `text` of the message event; nothing is replaced inside code fences."""
    parts: list[str] = []
    end = 0
    for fence in FENCE.finditer(typed):
        parts += [_linked(workspace, typed[end : fence.start()]), escaped(fence.group(0))]
        end = fence.end()
    return "".join([*parts, _linked(workspace, typed[end:])])


def as_blocks(workspace: Workspace, typed: str) -> tuple[Json, ...]:
    """The rich_text block that Slack's client sends along."""
    elements: list[Json] = []
    end = 0
    for fence in FENCE.finditer(typed):
        elements += _section(workspace, typed[end : fence.start()])
        if fence.group(1):
            code = {"type": "text", "text": fence.group(1)}
            elements.append({"type": "rich_text_preformatted", "elements": [code], "border": 0})
        end = fence.end()
    elements += _section(workspace, typed[end:])
    return ({"type": "rich_text", "elements": elements},) if elements else ()


def _section(workspace: Workspace, typed: str) -> list[Json]:
    inline: list[Json] = []
    end = 0
    for token in TOKEN.finditer(typed):
        element = _element(workspace, token)
        if element is None:
            continue
        inline += _styled(typed[end : token.start()])
        inline.append(element)
        end = token.end()
    inline += _styled(typed[end:])
    return [{"type": "rich_text_section", "elements": inline}] if inline else []


def _styled(typed: str) -> list[Json]:
    """Plain text in pieces of one style each."""
    pieces: list[Json] = []
    end = 0
    for found in STYLED.finditer(typed):
        style, words = next((kind, text) for kind, text in found.groupdict().items() if text is not None)
        pieces += [{"type": "text", "text": typed[end : found.start()]}] * (found.start() > end)
        pieces.append({"type": "text", "text": words, "style": {style: True}})
        end = found.end()
    return pieces + [{"type": "text", "text": typed[end:]}] * (len(typed) > end)


def _linked(workspace: Workspace, typed: str) -> str:
    parts: list[str] = []
    end = 0
    for token in TOKEN.finditer(typed):
        element = _element(workspace, token)
        if element is not None:
            parts += [escaped(typed[end : token.start()]), _as_markup(workspace, element)]
            end = token.end()
    return "".join([*parts, escaped(typed[end:])])


def _as_markup(workspace: Workspace, element: Json) -> str:
    if element["type"] == "link":
        return f"<{escaped(element['url'])}>"
    if element["type"] == "user":
        return f"<@{element['user_id']}>"
    return f"<#{element['channel_id']}|{workspace.channels[element['channel_id']].name}>"


def _element(workspace: Workspace, token: re.Match[str]) -> Json | None:
    if token["url"]:
        return {"type": "link", "url": token["url"]}
    if token["user"]:
        user = next((one for one in workspace.users.values() if one.name == token["user"]), None)
        return {"type": "user", "user_id": user.id} if user else None
    named = (one for one in workspace.channels.values() if one.name == token["channel"] and one.kind != "im")
    channel = next(named, None)
    return {"type": "channel", "channel_id": channel.id} if channel else None
