"""The names of the ways in which somebody can ask; nothing is imported for them."""

from typing import Literal, get_args

Way = Literal["command", "mention", "message", "form", "explain", "job"]
WAYS: tuple[Way, ...] = get_args(Way)
"""`message` is a direct one, `form` the global shortcut's, `explain` and `job` are those of a colleague's message."""
WITH_FILES: tuple[Way, ...] = ("mention", "message")
"""Slack attaches files to messages alone."""
