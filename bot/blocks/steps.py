"""What a workflow is told of a step: the names of its steps, their outputs, and texts that stay texts. Pure functions.

An output may be put into a message by a later step of the workflow, so whatever a program or a model wrote is made
unable to become a mention or a link there: https://docs.slack.dev/messaging/formatting-message-text
"""

import re
from typing import Any

from bot.blocks import text as t

GENERATE, RUN = "raygen_generate", "raygen_run"
"""The steps, by their callback ids in the manifest."""
OUTPUT_CHARACTERS = 3_000
TITLE_CHARACTERS = 150
ERROR_CHARACTERS = 1_000
_CONTROL = re.compile(r"<(?=[!@#]|[a-z][a-z0-9+.-]*:|/)", re.IGNORECASE)
_BREAK = "<\u200b"
"""A character without width keeps Slack from reading what follows as a mention, a link or a date."""


def link(workspace_url: str, channel: str, thread_ts: str) -> str:
    """A permalink of the thread; `workspace_url` ends with a slash."""
    return f"{workspace_url}archives/{channel}/p{thread_ts.replace('.', '')}"


def generated(thread_link: str, state: str, title: str | None, version_id: str | None) -> dict[str, Any]:
    """The outputs of `raygen_generate`: title and version only where a program came of it."""
    told = {"title": clipped(title, TITLE_CHARACTERS) if title else None, "version_id": version_id}
    return {"thread_link": thread_link, "state": state} | {name: value for name, value in told.items() if value}


def ran(thread_link: str, status: str, output: str) -> dict[str, Any]:
    """The outputs of `raygen_run`; of a long output its end."""
    return {"thread_link": thread_link, "status": status, "output": clipped_to_its_end(output)}


def error(sentence: str) -> str:
    """Why a step has failed, as the workflow's owner reads it."""
    return clipped(sentence, ERROR_CHARACTERS)


def clipped(text: str, characters: int) -> str:
    """At most so many characters of the beginning, harmless."""
    return t.clip(_harmless(text), characters)


def clipped_to_its_end(text: str) -> str:
    """The end of what a program printed, harmless: there is the result, or the reason of a failure."""
    harmless = _harmless(text)
    return harmless if len(harmless) <= OUTPUT_CHARACTERS else "…" + harmless[-OUTPUT_CHARACTERS + 1 :]


def _harmless(text: str) -> str:
    return _CONTROL.sub(_BREAK, text)
