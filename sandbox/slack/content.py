"""What a message may hold: text, blocks, attachments, metadata.

https://docs.slack.dev/reference/methods/chat.postMessage and chat.update, their sections on text and on errors.
"""

import json
import re
from dataclasses import dataclass
from typing import Any

from sandbox.slack.blockkit.surfaces import check_message_blocks
from sandbox.slack.errors import SlackError
from sandbox.slack.model import Json

MOST_POSTED = 40_000
MOST_UPDATED = 4_000
MOST_MARKDOWN = 12_000
MOST_ATTACHMENTS = 100
MOST_METADATA_BYTES = 16_000
EVENT_TYPE = re.compile(r"[A-Za-z0-9_.:-]{1,255}")


@dataclass(frozen=True)
class Content:
    """Checked content; `warnings` go into response_metadata."""

    text: str
    blocks: tuple[Json, ...] = ()
    attachments: tuple[Json, ...] = ()
    metadata: Json | None = None
    warnings: tuple[str, ...] = ()


def read_content(args: Json, *, most: int = MOST_POSTED, truncate: bool = False) -> Content:
    """The content of a message; raises what Slack answers to content that it does not take.

    Longer text than `most` is cut (chat.postMessage) or refused with msg_too_long (everything else).
    """
    text, warnings = _text(args, most, truncate=truncate)
    blocks, attachments = args.get("blocks") or [], args.get("attachments") or []
    _check_attachments(attachments)
    if blocks:
        check_message_blocks(blocks)
    markdown = args.get("markdown_text")
    if markdown:
        blocks = [{"type": "markdown", "text": markdown}]
    if not (text.strip() or blocks or attachments):
        raise SlackError("no_text")
    return Content(
        text or markdown or "", tuple(blocks), tuple(attachments), read_metadata(args.get("metadata")), warnings
    )


def _check_attachments(attachments: Any) -> None:
    if not isinstance(attachments, list) or not all(isinstance(one, dict) for one in attachments):
        raise SlackError("invalid_attachments")
    if len(attachments) > MOST_ATTACHMENTS:
        raise SlackError("too_many_attachments")
    for attachment in attachments:
        if attachment.get("blocks"):
            check_message_blocks(attachment["blocks"])


def _text(args: Json, most: int, *, truncate: bool) -> tuple[str, tuple[str, ...]]:
    text, markdown = args.get("text") or "", args.get("markdown_text")
    if markdown and (text or args.get("blocks")):
        raise SlackError("markdown_text_conflict")
    if markdown and len(markdown) > MOST_MARKDOWN:
        raise SlackError("msg_too_long")
    if len(text) <= most:
        return text, ()
    if not truncate:
        raise SlackError("msg_too_long")
    return text[:most], ("message_truncated",)


def read_metadata(metadata: Any) -> Json | None:
    """An event_type and an event_payload; {} removes what was there. Work object entities are not checked."""
    if not metadata:
        return None if metadata is None else {}
    if not isinstance(metadata, dict) or set(metadata) - {"event_type", "event_payload", "entities"}:
        raise SlackError("invalid_metadata_format")
    if "entities" not in metadata and not EVENT_TYPE.fullmatch(str(metadata.get("event_type", ""))):
        raise SlackError("invalid_metadata_format")
    if "entities" not in metadata and not isinstance(metadata.get("event_payload"), dict):
        raise SlackError("invalid_metadata_schema")
    if len(json.dumps(metadata).encode()) > MOST_METADATA_BYTES:
        raise SlackError("metadata_too_large")
    return metadata
