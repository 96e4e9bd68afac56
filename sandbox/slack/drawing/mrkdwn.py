"""Slack's markup as a person reads it: mentions by name, links with their labels, code set off. Pure.

https://docs.slack.dev/messaging/formatting-message-text; the marks for bold and italics stay, a terminal shows them
well enough.
"""

import re
from collections.abc import Callable

from sandbox.slack.drawing.names import Names

MARKUP = re.compile(r"<([^<>]+)>")
FENCE = re.compile(r"```(?P<language>\w*\n)?(?P<code>.*?)\n?```", re.DOTALL)
BAR = "│ "
ENTITIES = (("&lt;", "<"), ("&gt;", ">"), ("&amp;", "&"))


def unescaped(text: str) -> str:
    """With `&`, `<` and `>` as themselves."""
    for entity, character in ENTITIES:
        text = text.replace(entity, character)
    return text


def lines_of_mrkdwn(text: str, names: Names) -> list[str]:
    """A mrkdwn text, line by line, code fences behind bars."""
    return _fenced(text, lambda plain: unescaped(MARKUP.sub(lambda found: _marked(found[1], names), plain)))


def lines_of_markdown(text: str) -> list[str]:
    """A standard markdown text: only its code is set off."""
    return _fenced(text, lambda plain: plain)


def code_lines(code: str) -> list[str]:
    """Code behind bars."""
    return [f"{BAR}{line}".rstrip() for line in code.split("\n")]


def _fenced(text: str, prose: Callable[[str], str]) -> list[str]:
    lines: list[str] = []
    end = 0
    for fence in FENCE.finditer(text):
        lines += _prose_lines(prose(text[end : fence.start()]))
        lines += code_lines(unescaped(fence["code"].removeprefix("\n")))
        end = fence.end()
    return lines + _prose_lines(prose(text[end:]))


def _prose_lines(text: str) -> list[str]:
    stripped = text.strip("\n")
    return stripped.split("\n") if stripped else []


def _marked(inner: str, names: Names) -> str:
    """What stands between < and >."""
    target, _, label = inner.partition("|")
    if target.startswith("@"):
        return f"@{names.user(target[1:])}"
    if target.startswith("#"):
        return f"#{names.channels.get(target[1:], label or target[1:])}"
    if target.startswith("!subteam^"):
        return f"@{names.groups.get(target.removeprefix('!subteam^'), label.removeprefix('@') or target)}"
    if target.startswith("!date^"):
        return label
    if target.startswith("!"):
        return f"@{target[1:]}"
    return f"{label} ({target})" if label and label != target else target
