"""Whose buttons they are: pure. Where the settings name people, nobody else is shown what only those may press.

That is a courtesy, and no right: whoever presses is looked at again.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace

from bot.blocks import names
from bot.blocks import text as t
from bot.settings import Verb

AllowedIn = Callable[[str, Verb], frozenset[str] | None]
"""Slack's ids of who alone may do something in a channel; None when every full member may."""

VERB_OF: Mapping[str, Verb] = {
    names.APPROVE: "approve",
    names.BRING_BACK: "ask",
    names.CANCEL: "ask",
    names.DECLINE: "approve",
    names.EDIT: "run",
    names.EXPLAIN: "ask",
    names.FIX: "ask",
    names.FIX_CODE: "ask",
    names.FULL_LOG: "ask",
    names.REGENERATE: "ask",
    names.RUN: "run",
    names.STOP: "stop",
    names.STOP_TURN: "stop",
    names.TRY_AGAIN: "ask",
}
"""What a button does, as docs/who-may.md has it."""


def shown_to_those_who_may(message: t.Message, channel: str, allowed_in: AllowedIn) -> t.Message:
    """The message as it is posted in `channel`, with each button for those who may press it."""
    return replace(message, blocks=tuple(_limited(block, channel, allowed_in) for block in message.blocks))


def _limited(block: t.Block, channel: str, allowed_in: AllowedIn) -> t.Block:
    if block.get("type") != "actions":
        return block
    return block | {"elements": [_for_those(each, channel, allowed_in) for each in block["elements"]]}


def _for_those(button: t.Block, channel: str, allowed_in: AllowedIn) -> t.Block:
    verb = VERB_OF.get(str(button.get("action_id")))
    return t.only_for(button, (allowed_in(channel, verb) or ()) if verb else ())


def anybody(_channel: str, _verb: Verb) -> None:
    """Nobody is named anywhere."""
