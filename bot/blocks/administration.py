"""What administrators are shown, as modals: the settings of channels, and who did what. Pure functions."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from bot.blocks import names, status
from bot.blocks import text as t
from bot.blocks.edit import modal, told
from bot.blocks.home import thread_link, when

SETTINGS_TITLE, AUDIT_TITLE = "Channel settings", "Audit log"
MOST_CHANNELS = 40
PERSON = re.compile(r"[UW][A-Z0-9]{1,19}")
CHANNEL = re.compile(r"[CG][A-Z0-9]{1,19}")
"""Of one that others than its two people may know of: a conversation of two begins with D."""
WHERE_TO_CHANGE = (
    "These are settings of the bot's environment: `RAYGEN_CLUSTER`, `RAYGEN_CHANNEL_CLUSTERS`, `RAYGEN_CLUSTER_CHOICES`"
    ", `RAYGEN_CHANNEL_REPLIES`, `RAYGEN_CHANNEL_ROLES`, `RAYGEN_APPROVALS`, `RAYGEN_ALLOW_GUESTS`. Whoever runs me"
    " changes them there, for every replica, and starts me again; docs/settings.md says how each is written."
)
DID = {
    ("requested", "request"): "asked for code:",
    ("requested", "run"): "started the",
    ("stop asked", "run"): "asked to stop the",
    ("asked to stop", "request"): "asked to stop the",
    ("brought back", "program"): "brought back the",
    ("cancelled", "program"): "cancelled the",
    ("void", "program"): "ended the approval of the",
}
DELETED = "Entries of threads that were deleted are not listed."
NOTHING = "Nobody has done anything yet."


@dataclass(frozen=True)
class AuditLine:
    """Who did what to which row, where and when: `kind` is request, run or program, `subject` the row's id.

    `at` is in seconds since the epoch; `thread_ts` is None for a request without a thread yet.
    """

    at: float
    actor: str
    what: str
    kind: str
    subject: str
    channel: str
    thread_ts: str | None


def channels(others: status.Channel, own: Sequence[tuple[str, status.Channel]]) -> t.Block:
    """The settings of every channel, and of those that have some of their own, by their ids."""
    shown = [_channel(_mention(channel), settings) for channel, settings in own[:MOST_CHANNELS]]
    left = len(own) - len(shown)
    more = (t.context(f"And {left:,} more."),) if left else ()
    everywhere = _channel("Channels without settings of their own", others)
    return {
        **modal(SETTINGS_TITLE, names.ADMIN_VIEW),
        "blocks": [everywhere, *shown, *more, t.context(WHERE_TO_CHANGE)],
    }


def audit(deeds: Sequence[AuditLine], older: int | None, workspace_url: str) -> t.Block:
    """Who did what, newest first; `older` is what the button for those before them carries."""
    button = (
        () if older is None else (t.actions("audit_older", t.button("Older", names.ADMIN_AUDIT_OLDER, str(older))),)
    )
    lines = [_line(deed, workspace_url) for deed in deeds] or [t.context(NOTHING)]
    return {**modal(AUDIT_TITLE, names.ADMIN_VIEW), "blocks": [*lines, *button, t.context(DELETED)]}


def refused(sentence: str, whom: Sequence[str] = ()) -> t.Block:
    """In the place of a modal that somebody may not see; `whom` are the ids of who can help."""
    return told("Not for you", sentence, whom)


def _channel(name: str, settings: status.Channel) -> t.Block:
    return t.section("\n".join((f"*{name}*", *status.lines(settings))))


def _mention(channel: str) -> str:
    return f"<#{channel}>" if CHANNEL.fullmatch(channel) else t.escape(channel)


def _line(deed: AuditLine, workspace_url: str) -> t.Block:
    return t.rich_text(
        _actor(deed.actor),
        t.words(f" {_did(deed)} {deed.kind} {deed.subject}\n"),
        when(deed.at),
        *_place(deed, workspace_url),
    )


def _did(deed: AuditLine) -> str:
    return DID.get((deed.what, deed.kind), f"{deed.what}:")


def _actor(actor: str) -> t.Block:
    return {"type": "user", "user_id": actor} if PERSON.fullmatch(actor) else t.words(actor, bold=True)


def _place(deed: AuditLine, workspace_url: str) -> tuple[t.Block, ...]:
    if not CHANNEL.fullmatch(deed.channel):
        return (t.words(" · in a direct conversation"),)
    channel = {"type": "channel", "channel_id": deed.channel}
    if deed.thread_ts is None:
        return (t.words(" · "), channel)
    return (t.words(" · "), channel, t.words(" · "), thread_link(workspace_url, deed.channel, deed.thread_ts))
