"""The card of a program that is run only when a person has approved it. Pure functions.

It shows no Run before the approval, and says of itself why, whom it waits for, who has approved and until when.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime

from agents.wire import PolicyFinding, UnvalidatedCode
from bot.blocks import diff, names
from bot.blocks import text as t
from bot.blocks.diff import Change
from bot.output import head

CODE_CHARACTERS = 2_800
CODE_LINES = 60
WORDS_CHARACTERS = 1_500
FINDINGS = 10
FINDINGS_CHARACTERS = 2_500
NOBODY = (
    "Nobody can approve programs for this cluster yet. Whoever runs Raygen names them with `RAYGEN_APPROVALS`; "
    "docs/security.md says how."
)
OVER = {
    "used": "The approval has been used.",
    "expired": "The approval ran out after 30 minutes.",
    "void": "The code of this thread has changed since: see the newest version.",
}
CANCELLED = "Its approval ended when it was cancelled."
AGAIN = "Each run needs an approval of its own: *Ask for approval* asks for another."


@dataclass(frozen=True)
class Standing:
    """Where the approval of a program stands.

    `by` and `ids` say who may approve, `needed` how many have to; `by` is None where nobody can. `approvers` have
    approved, until `expires_at`, in seconds since the epoch; `number` is how often the program has asked.
    """

    approval_id: str
    number: int
    state: str
    requester: str
    by: str | None
    ids: tuple[str, ...] = ()
    needed: int = 1
    approvers: tuple[str, ...] = ()
    expires_at: float | None = None
    ended_by: str | None = None


def card(
    result: UnvalidatedCode, version_id: str, number: int, standing: Standing, change: Change | None = None
) -> t.Message:
    """The card: why the program was not run, what it does, its code, where its approval stands, and the buttons."""
    cluster = t.escape(result.ray_cluster_ip)
    says, text = _headline(standing, cluster)
    blocks = (
        t.header(result.title),
        t.section(says),
        t.literal(reasons(result.findings) or result.error.message, FINDINGS_CHARACTERS),
        *_words(result.explanation, "\n".join(f"• {assumption}" for assumption in result.assumptions)),
        *(diff.blocks(change) if change else ()),
        *_code(result.code),
        *_where_it_stands(standing),
        t.context(
            f"Written by: {t.escape(t.clip(result.model, 150))}. It was not run to validate it. · version {number}"
        ),
        t.actions(names.APPROVAL_CARD, *_buttons(standing, version_id, given=change is not None)),
    )
    return t.Message(text=f"{text}: {t.escape(result.title)}", blocks=blocks)


def call(standing: Standing) -> t.Message | None:
    """A word to those who may approve, who hear nothing of a card that is only changed; None where nobody is named."""
    others = [each for each in standing.ids if each != standing.requester]
    if standing.state != "pending" or not others:
        return None
    asked = t.words(": the program above waits for your approval. It was asked for by ")
    line = t.rich_text(*people(others), asked, *people((standing.requester,)), t.words("."))
    return t.Message(text="A program waits for your approval.", blocks=(line,))


def _headline(standing: Standing, cluster: str) -> tuple[str, str]:
    if standing.state == "approved":
        return (
            f"✅ *Approved*, for one run of exactly this code on `{cluster}`. It was not run before, because:",
            "Approved, and ready to be run",
        )
    if standing.state == "declined":
        return f"⛔ *Declined.* It is not run on `{cluster}`. It needed approval, because:", "Declined, and not run"
    if standing.state == "used":
        return f"☑️ *Its approval was used* for a run on `{cluster}`. It needs one, because:", "Its approval was used"
    return f"⏸ *Not run.* It needs approval before it may run on `{cluster}`, because:", "Not run: it needs approval"


def reasons(findings: tuple[PolicyFinding, ...]) -> str:
    """Why a program is not simply run, a line each."""
    lines = [f"• {finding.sentence}" for finding in findings[:FINDINGS]]
    more = len(findings) - len(lines)
    return "\n".join([*lines, *([f"… and {more} more reasons of the same kind"] if more > 0 else [])])


def _words(*parts: str) -> tuple[t.Block, ...]:
    return tuple(t.literal(part, WORDS_CHARACTERS) for part in parts if part.strip())


def _code(code: str) -> tuple[t.Block, ...]:
    shown = head(code, CODE_CHARACTERS, CODE_LINES)
    if shown.whole:
        return (t.preformatted(shown.text),)
    more = f"The first {shown.text.count(chr(10)) + 1} of {shown.lines} lines; *all of it is in the snippet below*."
    return (t.preformatted(shown.text), t.context(more))


def _where_it_stands(standing: Standing) -> tuple[t.Block, ...]:
    if standing.by is None:
        return (t.section(NOBODY),)
    if standing.state == "void" and standing.ended_by:
        return (t.context(CANCELLED),)
    if standing.state in OVER:
        return (t.context(f"{OVER[standing.state]} {AGAIN}"),)
    if standing.state == "approved":
        return (t.rich_text(t.words("Approved by "), *people(standing.approvers), *_until(standing)),)
    if standing.state == "declined":
        who = people((standing.ended_by,)) if standing.ended_by else (t.words("an approver"),)
        return (
            t.rich_text(t.words("Declined by "), *who, t.words(". Change it, and ask again with the new version.")),
        )
    return (t.rich_text(*_waits_for(standing)),)


def _until(standing: Standing) -> tuple[t.Block, ...]:
    return (t.words(", until "), _when(standing.expires_at or 0.0), t.words("."))


def _waits_for(standing: Standing) -> tuple[t.Block, ...]:
    if standing.by == "another person":
        return (
            t.words("Waits for anybody who may run code here, except "),
            *people((standing.requester,)),
            t.words("."),
        )
    if standing.approvers:
        done = (t.words("Approved by "), *people(standing.approvers), t.words("; waits for another one of "))
        return (*done, *people(standing.ids), t.words("."))
    many = "two of " if standing.needed > 1 else ""
    asked = (t.words(f"Waits for {many}"), *people(standing.ids), t.words("; not for "))
    return (*asked, *people((standing.requester,)), t.words(", who asked for it."))


def people(ids: Iterable[str]) -> tuple[t.Block, ...]:
    """People and user groups by their ids, as elements of a `rich_text` paragraph."""
    shown: list[t.Block] = []
    for number, each in enumerate(ids):
        group = {"type": "usergroup", "usergroup_id": each}
        shown += [*([t.words(", ")] if number else []), group if each.startswith("S") else _user(each)]
    return tuple(shown)


def _user(user_id: str) -> t.Block:
    return {"type": "user", "user_id": user_id}


def _when(seconds: float) -> t.Block:
    return t.date(int(seconds), datetime.fromtimestamp(seconds, UTC).strftime("%H:%M UTC"))


def _buttons(standing: Standing, version_id: str, *, given: bool) -> tuple[t.Block, ...]:
    """What may be pressed next; whether the one who presses may is decided then."""
    decisions = _decisions(standing, version_id)
    return (
        *decisions,
        t.button("Edit", names.EDIT, version_id),
        *(() if given else (t.button("Regenerate", names.REGENERATE, version_id),)),
        t.button("Explain", names.EXPLAIN, version_id),
        # what cannot be run any more is not cancelled
        *((t.button("Cancel", names.CANCEL, version_id),) if decisions else ()),
    )


def _decisions(standing: Standing, version_id: str) -> tuple[t.Block, ...]:
    if standing.by is None or standing.state == "declined":
        return ()
    if standing.state == "pending":
        both = (
            t.button("Approve", names.APPROVE, standing.approval_id, style="primary"),
            t.button("Decline", names.DECLINE, standing.approval_id, style="danger"),
        )
        return tuple(t.only_for(each, [one for one in standing.ids if one != standing.requester]) for each in both)
    if standing.state == "approved":
        return (
            t.button("Run", names.RUN, f"{version_id}:{standing.number}", style="primary"),
            t.button("Withdraw approval", names.DECLINE, standing.approval_id),
        )
    return (t.button("Ask for approval", names.ASK_APPROVAL, version_id, style="primary"),)
