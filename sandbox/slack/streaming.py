"""A streamed message as it grows: text, tasks and blocks in the order in which they came. Pure.

slack_sdk.models.messages.chunk names the chunks; how Slack draws them is described in
https://docs.slack.dev/reference/methods/chat.startStream (task_display_mode).
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from sandbox.slack.model import Json

DEFAULT_PLAN = "Tasks"
TEXT_WEIGHT, DETAIL_WEIGHT = 1, 2


@dataclass(frozen=True)
class Stream:
    """`parts` are ("text", text), ("task", its id) or ("blocks", blocks); `mode` is text, chunks or not yet known."""

    started: float
    display: str = "timeline"
    mode: str | None = None
    parts: tuple[tuple[str, Any], ...] = ()
    tasks: dict[str, Json] = field(default_factory=dict)
    plan: str | None = None

    @property
    def text(self) -> str:
        """All the text so far."""
        return "".join(value for kind, value in self.parts if kind == "text")

    @property
    def weight(self) -> int:
        """What the size limit for tasks and text together counts: bytes of UTF-8, details and output twice."""
        titles = [self.text, self.plan or "", *(task["title"] for task in self.tasks.values())]
        details = [task.get(key, "") for task in self.tasks.values() for key in ("details", "output")]
        return TEXT_WEIGHT * _bytes(titles) + DETAIL_WEIGHT * _bytes(details)


def with_text(stream: Stream, text: str) -> Stream:
    """The stream with `text` at its end."""
    if stream.parts and stream.parts[-1][0] == "text":
        return replace(stream, parts=(*stream.parts[:-1], ("text", stream.parts[-1][1] + text)))
    return replace(stream, parts=(*stream.parts, ("text", text))) if text else stream


def with_chunk(stream: Stream, chunk: Json) -> Stream:
    """The stream after one (checked) chunk."""
    if chunk["type"] == "markdown_text":
        return with_text(stream, chunk["text"])
    if chunk["type"] == "plan_update":
        return replace(stream, plan=chunk["title"])
    if chunk["type"] == "blocks":
        return replace(stream, parts=(*stream.parts, ("blocks", tuple(chunk["blocks"]))))
    return _with_task(stream, chunk)


def composed(stream: Stream) -> tuple[Json, ...]:
    """The blocks of the message: markdown, task cards or one plan, and blocks."""
    blocks: list[Json] = []
    if stream.display == "plan" and (stream.tasks or stream.plan):
        tasks = [_task_card(task) for task in stream.tasks.values()]
        blocks.append({"type": "plan", "title": stream.plan or DEFAULT_PLAN, "tasks": tasks})
    for kind, value in stream.parts:
        if kind == "text":
            blocks.append({"type": "markdown", "text": value})
        elif kind == "blocks":
            blocks.extend(value)
        elif stream.display != "plan":
            blocks.append(_task_card(stream.tasks[value]))
    return tuple(blocks)


def _with_task(stream: Stream, chunk: Json) -> Stream:
    known = stream.tasks.get(chunk["id"])
    task = {name: value for name, value in chunk.items() if name != "type" and value is not None}
    if known is None:
        return replace(stream, tasks={**stream.tasks, chunk["id"]: task}, parts=(*stream.parts, ("task", chunk["id"])))
    joined: Json = {name: known.get(name, "") + task[name] for name in ("details", "output") if name in task}
    return replace(stream, tasks={**stream.tasks, chunk["id"]: {**known, **task, **joined}})


def _task_card(task: Json) -> Json:
    card: Json = {"type": "task_card", "task_id": task["id"], "title": task["title"], "status": task["status"]}
    for name in ("details", "output"):
        if task.get(name):
            card[name] = _rich(task[name])
    return card | ({"sources": task["sources"]} if task.get("sources") else {})


def _rich(text: str) -> Json:
    section = {"type": "rich_text_section", "elements": [{"type": "text", "text": text}]}
    return {"type": "rich_text", "elements": [section]}


def _bytes(texts: Sequence[str]) -> int:
    return sum(len(text.encode()) for text in texts)
