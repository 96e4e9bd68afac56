"""blocks.validate: Slack's own answer to "would you take this?".

https://docs.slack.dev/reference/methods/blocks.validate. Slack's `errors` hold more than a sentence each; here they
are the sentences of invalid_blocks.
"""

from collections.abc import Callable

from sandbox.slack.blockkit.surfaces import check_message_blocks, check_view
from sandbox.slack.errors import SlackError
from sandbox.slack.model import Json
from sandbox.slack.platform import Platform


def validate(platform: Platform, args: Json) -> Json:  # noqa: ARG001  every method has the same shape
    """blocks.validate: exactly one of blocks, message and view."""
    given = [name for name in ("blocks", "message", "view") if args.get(name) is not None]
    if len(given) != 1:
        raise SlackError("invalid_arguments", ["must define exactly one of: blocks, message, view"])
    if given == ["view"]:
        _as(lambda: check_view(args["view"], "modal", "home"), "invalid_view")
    elif given == ["message"]:
        message = args["message"] if isinstance(args["message"], dict) else {"blocks": None}
        _as(lambda: check_message_blocks(message.get("blocks", [])), "invalid_message")
    else:
        _as(lambda: check_message_blocks(args["blocks"]), "invalid_blocks")
    return {}


def _as(check: Callable[[], None], code: str) -> None:
    try:
        check()
    except SlackError as refusal:
        raise SlackError(code, refusal.messages or (refusal.code,)) from None
