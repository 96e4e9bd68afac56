"""What people send -> what Raygen understands: pure functions.

Slack escapes `&`, `<` and `>` in the text of messages and commands, and writes mentions, channels and links between
angle brackets (docs.slack.dev, «Formatting message text»).
"""

import re
from collections.abc import Sequence

from agents.wire import MAX_CODE_BYTES, MAX_PROMPT_CHARACTERS
from bot.errors import BadRequest, Stale

MOST_NAMED = 10
_ANGLES = re.compile(r"<([^<>]{1,3000})>")


def plain_text(text: str, bot_user_id: str | None = None) -> str:
    """The text as the person typed it, without mentions of the bot."""

    def typed(match: re.Match[str]) -> str:
        target, _, label = match[1].partition("|")
        if target.startswith(("@", "#", "!")):
            return "" if bot_user_id and target == f"@{bot_user_id}" else f"{target[0]}{label or target[1:]}"
        # Slack makes links of its own: train.py comes as <http://train.py|train.py>.
        return label if label and target == f"http://{label}" else target.removeprefix("mailto:")

    shown = _ANGLES.sub(typed, text)
    return shown.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&").strip()


def prompt(text: str) -> str:
    """The request, if it can be worked on. Raises BadRequest with what to do otherwise."""
    if not text.strip():
        raise BadRequest(
            "empty_prompt",
            "Tell me what the code should do, for example: `/raygen Create a Ray task that returns Hello`.",
        )
    if len(text) > MAX_PROMPT_CHARACTERS:
        raise BadRequest(
            "prompt_too_long",
            f"That request has {len(text):,} characters; {MAX_PROMPT_CHARACTERS:,} is the most that I can take. "
            "Shorten it, or start with the main part and add the rest in replies.",
        )
    _refuse_unstorable(text, "request")
    return text.strip()


def code(text: str) -> str:
    """The program, byte for byte, if it can be kept and run. Raises BadRequest with what to do otherwise."""
    if not text.strip():
        raise BadRequest("empty_code", "There is no code to run: the program is empty.")
    _refuse_unstorable(text, "program")
    if len(text.encode()) > MAX_CODE_BYTES:
        raise BadRequest(
            "code_too_large",
            f"That program has {len(text.encode()):,} bytes; {MAX_CODE_BYTES:,} is the most that I can run. "
            "Put data into a file that the program reads.",
        )
    return text


def chosen(cluster: str, own: str, choices: Sequence[str]) -> str:
    """The cluster, if it can be chosen beside the channel's `own`. Raises BadRequest with those that can."""
    if cluster in (own, *choices):
        return cluster
    others = [each for each in choices if each != own]
    more = f" and {len(others) - MOST_NAMED} more" if len(others) > MOST_NAMED else ""
    named = ", ".join([f"the channel's own ({own})", *others[:MOST_NAMED]])
    raise BadRequest("cluster_not_offered", f"That cluster is not offered in that channel. There are {named}{more}.")


def refuse_withdrawn(cluster: str, *, offered: bool) -> None:
    """Raises Stale for a program that was validated on a cluster which its channel no longer has."""
    if not offered:
        raise Stale(
            "cluster_withdrawn",
            f"This program was validated on {cluster}, where nothing of this channel runs any more. Reply here with "
            "what it should do, and it is validated where code of this channel runs now.",
        )


def _refuse_unstorable(text: str, what: str) -> None:
    if "\x00" in text:
        raise BadRequest("null_character", f"The {what} holds a null character. Remove it and send it again.")
    try:
        text.encode()
    except UnicodeEncodeError:
        raise BadRequest(
            "not_utf8", f"The {what} holds a character that is not valid Unicode. Remove it and send it again."
        ) from None
