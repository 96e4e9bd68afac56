"""Pages of a long answer, https://docs.slack.dev/apis/web-api/pagination."""

import base64
import binascii
from collections.abc import Sequence
from typing import TypeVar

from sandbox.slack.errors import SlackError
from sandbox.slack.model import Json

Item = TypeVar("Item")
DEFAULT_LIMIT = 100
MOST = 1_000


def page(items: Sequence[Item], args: Json, most: int = MOST) -> tuple[list[Item], Json]:
    """The page that `cursor` and `limit` ask for, and `response_metadata` with the next cursor if there is more."""
    start = _position(args["cursor"]) if args.get("cursor") else 0
    limit = min(args.get("limit") or DEFAULT_LIMIT, most)
    end = start + limit
    if end >= len(items):
        return list(items[start:]), {}
    cursor = base64.b64encode(f"next:{end}".encode()).decode()
    return list(items[start:end]), {"response_metadata": {"next_cursor": cursor}}


def _position(cursor: str) -> int:
    try:
        word, _, number = base64.b64decode(cursor, validate=True).decode().partition(":")
        if word == "next":
            return int(number)
    except (binascii.Error, ValueError):
        pass
    raise SlackError("invalid_cursor")
