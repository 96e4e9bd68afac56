"""Messages as lines of text, as a person in Slack would see them. Pure.

    analyst
      @raygen count the words
        raygen APP
          ✓ Validated on the cluster
          [Run] [Edit]

Blocks stand for the text where there are any, as in Slack; code is behind bars; files show as snippets.
"""

from collections.abc import Iterable, Sequence

from sandbox.slack.drawing.blocks import lines_of_blocks
from sandbox.slack.drawing.mrkdwn import code_lines, lines_of_mrkdwn
from sandbox.slack.drawing.names import Names
from sandbox.slack.model import File, Json, Message, View

INDENT = "  "
MOST_FILE_LINES = 40
CURSOR = "▌"


def render_conversation(messages: Iterable[Message], names: Names) -> list[str]:
    """A channel: its messages in order, replies indented below the root that they belong to."""
    everything = list(messages)
    roots = [one for one in everything if one.thread_ts is None]
    return [line for root in roots for line in render_thread([one for one in everything if one.root == root.ts], names)]


def render_thread(messages: Sequence[Message], names: Names) -> list[str]:
    """A root and its replies."""
    lines: list[str] = []
    for message in messages:
        depth = INDENT if message.thread_ts is not None else ""
        lines += [f"{depth}{line}".rstrip() for line in render_message(message, names)]
    return lines


def render_message(message: Message, names: Names) -> list[str]:
    """The name of who speaks, and below it what they say."""
    return [_speaker(message, names), *(f"{INDENT}{line}".rstrip() for line in _body(message, names))]


def render_view(view: View, names: Names) -> list[str]:
    """A modal between its title and its buttons, or an App Home."""
    definition = view.definition
    lines = lines_of_blocks(definition["blocks"], names)
    if view.kind == "home":
        return lines
    buttons = [definition[name]["text"] for name in ("close", "submit") if definition.get(name)]
    bar = [" ".join(f"[{text}]" for text in buttons)] if buttons else []
    return [f"┌ {definition['title']['text']}", *(f"│ {line}".rstrip() for line in [*lines, *bar]), "└"]


def _speaker(message: Message, names: Names) -> str:
    name = message.username or names.user(message.user)
    marks = [" APP"] if message.user in names.apps else []
    if message.ephemeral_to is not None:
        marks.append(f"  (only visible to {names.user(message.ephemeral_to)})")
    return name + "".join(marks)


def _body(message: Message, names: Names) -> list[str]:
    lines = lines_of_blocks(message.blocks, names) if message.blocks else lines_of_mrkdwn(message.text, names)
    if message.edited and not message.blocks and lines:
        lines[-1] += " (edited)"
    if message.streaming:
        lines.append(CURSOR)
    for attachment in message.attachments:
        lines += [f"▏ {line}" for line in _attachment(attachment, names)]
    for file in message.files:
        lines += _file(file)
    return lines + _reactions(message)


def _attachment(attachment: Json, names: Names) -> list[str]:
    texts = [str(attachment[key]) for key in ("pretext", "title", "text") if attachment.get(key)]
    lines = [line for text in texts for line in lines_of_mrkdwn(text, names)]
    return lines + lines_of_blocks(attachment.get("blocks") or [], names)


def _file(file: File) -> list[str]:
    if file.snippet_type is None:
        return [f"[file: {file.title}, {len(file.content)} bytes]"]
    code = code_lines(file.text.removesuffix("\n"))
    rest = len(code) - MOST_FILE_LINES
    more = [f"│ … {rest} more lines"] if rest > 0 else []
    return [f"[snippet: {file.title}]", *code[:MOST_FILE_LINES], *more]


def _reactions(message: Message) -> list[str]:
    names = dict.fromkeys(name for name, _ in message.reactions)
    counts = [f":{name}: {sum(one == name for one, _ in message.reactions)}" for name in names]
    return ["  ".join(counts)] if counts else []
